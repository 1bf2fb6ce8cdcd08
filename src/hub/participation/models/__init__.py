"""What people take part in, and how far they come with what they promised."""

from hub.participation.models.bookings import Audience, Booking, BookingQuerySet, BookingTerms

__all__ = ["Audience", "Booking", "BookingQuerySet", "BookingTerms"]
