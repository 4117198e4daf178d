"""Tables of your own; README.md says how they get into the database.

For example:

    class Note(Base):
        __tablename__ = "notes"

        id: Mapped[int] = mapped_column(primary_key=True)
        title: Mapped[str] = mapped_column(String(200), index=True)
"""
