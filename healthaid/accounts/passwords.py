"""The password policy object of 等保三级; docs/administrators.md says how it may be changed."""
