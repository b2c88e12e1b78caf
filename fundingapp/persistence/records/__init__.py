"""The tables, as typed declarations. Attribute names are the field names of the values they keep.

One module for each subject; ``schema`` knows them all."""
