internal import Hooks
internal import Mail

/// What a call has written so far; the session takes it all when the verdict is accepted, or nothing.
struct Staged: Sendable {
    enum RecipientEdit: Sendable {
        case rewrite(Int, Address)
        case add(Address)
        case drop(Int)
    }

    var reply: Verdict.Words?
    var relaying: Bool?
    var recipients: [RecipientEdit] = []
    var headers: [HeaderEdit] = []
    var capabilities: [String] = []
    var verifier: AuthVerifier?
    var identity: ClientIdentity?
    /// Where the mail goes, by a plugin of get_mx.
    var hops: [NextHop] = []
    /// The server is to queue the message.
    var isEnqueued = false

    /// The recipients as this call sees them.
    func applied(to recipients: [Recipient]) -> [Recipient] {
        var recipients = recipients
        for edit in self.recipients {
            switch edit {
            case .rewrite(let index, let address):
                if recipients.indices.contains(index) { recipients[index].address = address }
            case .add(let address): recipients.append(Recipient(address))
            case .drop(let index):
                if recipients.indices.contains(index) { recipients[index].isDropped = true }
            }
        }
        return recipients
    }
}
