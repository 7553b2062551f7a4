"""What runs in the parsing child: guards, reading and layout, with neither Django nor secrets around.

The folder is run by its path (`python -I healthaid/exchange/parsing`), so its modules import each other by bare names.
"""
