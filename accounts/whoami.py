"""Who is calling, as the portal sees it: the first thing to ask with a new key."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import ApiToken


class KeySerializer(serializers.ModelSerializer):
    """The key that was sent with the request."""

    expires_at = serializers.DateTimeField(source="expiry", allow_null=True)

    class Meta:
        model = ApiToken
        fields = ["label", "scope", "expires_at"]


class MeSerializer(serializers.Serializer):
    """The account, what its role lets it see and change (docs/access.md), and the key; null in a browser session."""

    username = serializers.CharField()
    name = serializers.CharField(source="get_full_name")
    agency = serializers.CharField(source="agency.code", default=None, allow_null=True)
    role = serializers.CharField()
    sees = serializers.CharField(source="role_rules.see")
    edits = serializers.CharField(source="role_rules.edit")
    key = KeySerializer(allow_null=True)


class Me(APIView):
    """Tài khoản và khoá đang gọi."""

    @extend_schema(responses=MeSerializer, operation_id="me")
    def get(self, request):
        request.user.key = request.auth
        return Response(MeSerializer(request.user).data)
