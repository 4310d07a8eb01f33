from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """One person who signs in: resident, company representative, employee, supplier, contractor."""
