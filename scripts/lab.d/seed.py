# Fed to `lava-server manage shell` once per LAVA version: the people and the worker every lab has, made by
# LAVA's own models. Their secrets are replaced in each lab.
from django.contrib.auth.models import User
from lava_scheduler_app.models import Worker
from linaro_django_xmlrpc.models import AuthToken

User.objects.create_superuser("admin", "admin@lab.invalid")
User.objects.create_user("ci-bot", "ci-bot@lab.invalid", first_name="CI", last_name="Bot")
User.objects.create_user("gone", "gone@lab.invalid", is_active=False)
for user in User.objects.filter(username__in=["admin", "ci-bot", "gone"]):
    AuthToken.objects.create(user=user, description="scripts/lab")
Worker.objects.create(hostname="worker-1", description="scripts/lab")
