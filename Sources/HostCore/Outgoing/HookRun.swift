internal import Hooks
internal import Mail
internal import PluginHost
internal import Queue

/// Puts questions about one message that is on its way out to plugins, in the task that asks.
final class HookRun {
    let session: PluginSession
    private var tokens: AsyncStream<UInt64>.Iterator

    /// - Parameters:
    ///   - table: who is asked.
    ///   - id: the message's name, which log lines have.
    ///   - envelope: what plugins see of it.
    ///   - notes: what was noted when it was queued.
    init(_ table: HookTable, id: String, _ envelope: Envelope, notes: [Note] = []) {
        let (stream, continuation) = AsyncStream<UInt64>.makeStream()
        tokens = stream.makeAsyncIterator()
        session = PluginSession(table: table, id: id, loop: -1) { continuation.yield($0) }
        var bare = envelope
        bare.recipients = []
        session.beginTransaction(id: id, envelope: bare)
        for recipient in envelope.recipients { _ = session.add(recipient) }
        session.restore(notes)
    }

    deinit { session.close() }

    /// What the plugins of a hook settle on.
    func ask(_ hook: Hook, _ about: About = .nothing) async -> Outcome {
        if let outcome = session.run(hook, about) { return outcome }
        while let token = await tokens.next(isolation: #isolation) {
            if let outcome = session.woken(token) { return outcome }
        }
        // Whoever would have been asked might have sent it elsewhere.
        return Outcome(.cont, failure: .unavailable("the server is stopping"))
    }

    /// Gives the plugins the message's text; false when it can't be read.
    func load(_ text: QueuedText) async -> Bool {
        session.beginMessage(leading: [])
        var offset = 0
        while offset < text.count {
            let end = min(offset + Self.piece, text.count)
            let range = offset..<end
            let bytes = await withCheckedContinuation { continuation in
                text.read(range) { continuation.resume(returning: $0) }
            }
            guard let bytes, case .more? = session.message?.append(bytes.span) else { return false }
            offset = end
        }
        session.message?.complete()
        return true
    }

    private static let piece = 1 << 20

    /// The name of the plugin that settled an outcome.
    func plugin(_ outcome: Outcome) -> String { outcome.plugin.map { session.pluginName($0) } ?? "a plugin" }
}
