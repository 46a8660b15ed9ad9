import Mail
import Support
import System

@testable import Queue

/// A queue in a folder of its own, and messages for it.
struct QueueStage {
    static let start = QueueTime(secondsSinceEpoch: 1_700_000_000)

    let folder: TemporaryFolder
    let queue: Queue

    init() throws {
        folder = try TemporaryFolder()
        queue = try Queue(in: folder.path + "/queue") { _ in }
    }

    /// What another process sees.
    func view() throws -> QueueView { try QueueView(in: folder.path + "/queue") }

    func recipients(_ name: String) throws -> [QueuedRecipient] { try view().entry(name)?.recipients ?? [] }

    func seal(_ name: String, to recipients: [String], options: RecipientOptions? = nil) async throws {
        var envelope = Envelope(sender: try Address(parsing: "from@a.example"))
        for recipient in recipients {
            envelope.recipients.append(Recipient(try Address(parsing: recipient), options: options))
        }
        let draft = Draft(name: name, envelope: envelope, text: .bytes([1, 2, 3]), arrived: Self.start)
        let error = await withCheckedContinuation { done in queue.seal(draft) { done.resume(returning: $0) } }
        if let error { throw error }
    }

    /// Who is found in which message.
    func listed(_ filter: QueueFilter = QueueFilter()) throws -> [String] {
        try view().list(filter, after: 0, limit: 99).map(\.recipient.address)
    }

    static func filter(_ change: (inout QueueFilter) -> Void) -> QueueFilter {
        var filter = QueueFilter()
        change(&filter)
        return filter
    }
}
