"""The settlement engine: a bill in, what each of the four layers pays out; no database, no clock, no framework."""

ENGINE = "2"  # raised whenever the same bill under the same values may come out differently
