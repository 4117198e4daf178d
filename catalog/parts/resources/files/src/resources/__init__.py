"""Resources that are made by functions, one file each, and yours to edit."""
