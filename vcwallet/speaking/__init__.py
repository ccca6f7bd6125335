"""People's words, for every interface: sentences of reasons, names of fields, dates, numbers.

Lower modules give codes and evidence; an interface renders these words in the language it was asked for.
"""
