"""`make fuzz`: each decoder is given inputs that nobody meant it to have, for a set time. Imports the package under test."""
