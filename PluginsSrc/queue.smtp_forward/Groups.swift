package import PluginKit

/// A message's recipients by the place that their mail goes to.
package struct Groups {
    package struct Group {
        package let destination: ForwardSettings.Destination
        package var recipients: [EnvelopeRecipient]
    }

    /// In the order of their first recipients.
    package private(set) var groups: [Group] = []

    /// Nil when somebody's mail goes nowhere from here: the message is left whole to whoever can deliver all of it.
    package init?(_ recipients: [EnvelopeRecipient], sender: String, _ settings: ForwardSettings) {
        var places: [ObjectIdentifier: Int] = [:]
        for recipient in recipients {
            guard let destination = settings.destination(recipient: recipient.domain, sender: sender) else {
                return nil
            }
            if destination.onePerRecipient {
                groups.append(Group(destination: destination, recipients: [recipient]))
            } else if let place = places[ObjectIdentifier(destination)] {
                groups[place].recipients.append(recipient)
            } else {
                places[ObjectIdentifier(destination)] = groups.count
                groups.append(Group(destination: destination, recipients: [recipient]))
            }
        }
    }
}
