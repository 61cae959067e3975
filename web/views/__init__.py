"""What stands at each address: pages, the JSON interface, feeds, exports, sitemaps."""
