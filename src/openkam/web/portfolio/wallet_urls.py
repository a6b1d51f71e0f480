"""Addresses of share of wallet, below /portfolio/wallet/."""

from django.urls import path

from . import wallet_views

urlpatterns = [
    path("", wallet_views.wallet, name="wallet"),
    path("file/", wallet_views.wallet_file, name="wallet-file"),
    path("<int:pk>/", wallet_views.account_wallet, name="account-wallet"),
]
