"""Paper by typst: templates lie beside this file, data come as JSON, so that no text is ever taken for markup."""
