"""Who and what pages name: people, documents cited and meetings, each with its pages counted, for lists and cards."""
