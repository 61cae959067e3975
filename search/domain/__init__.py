"""What meetings are made of: provinces through time, kinds of meetings, ordinals, dates, people, cited documents."""
