package import Backend
import Synchronization

/// One client's session with the next server: each of its mail transactions is one there.
///
/// The server's hooks come one after the other, so nothing here is called twice at a time. Whatever throws leaves the
/// dialogue at an unknown place: the session is closed then and not used again.
package final class ProxySession<Line: RemoteLine>: Sendable {
    private struct State {
        var sender = ""
        var size: UInt64 = 0
        /// The recipients that the server has accepted.
        var accepted: [String] = []
        var saysUTF8 = false
        var isInTransaction = false
    }

    package let dialogue: Dialogue<Line>
    private let offer: Offer
    private let state = Mutex(State())

    package init(_ dialogue: Dialogue<Line>, _ offer: Offer) {
        self.dialogue = dialogue
        self.offer = offer
    }

    /// MAIL; what an earlier transaction has left there is forgotten.
    package func mail(_ sender: String, size: UInt64) async throws -> RemoteReply {
        if state.withLock(\.isInTransaction) { try await reset() }
        state.withLock { state in
            state = State()
            state.sender = sender
            state.size = size
            state.saysUTF8 = !Self.isASCII(sender)
        }
        return try await begin()
    }

    private func begin() async throws -> RemoteReply {
        let (sender, size, saysUTF8) = state.withLock { ($0.sender, $0.size, $0.saysUTF8) }
        guard !saysUTF8 || offer.has("SMTPUTF8") else { return Self.noUTF8 }
        var command = "MAIL FROM:<\(sender)>"
        if size > 0, offer.has("SIZE") { command += " SIZE=\(size)" }
        // It may hold 8-bit text and need not: RFC 6152 §3.
        if offer.has("8BITMIME") { command += " BODY=8BITMIME" }
        if saysUTF8 { command += " SMTPUTF8" }
        let reply = try await dialogue.say(command)
        state.withLock { $0.isInTransaction = reply.isPositive }
        return reply
    }

    /// RCPT.
    package func recipient(_ address: String) async throws -> RemoteReply {
        if !Self.isASCII(address), !state.withLock(\.saysUTF8) {
            // RFC 6531 §3.4: MAIL has to say so before, and the client did not send all at once.
            guard offer.has("SMTPUTF8") else { return Self.noUTF8 }
            let accepted = state.withLock { state in
                state.saysUTF8 = true
                return state.accepted
            }
            if let refused = try await again(accepted) { return refused }
        }
        let reply = try await dialogue.say("RCPT TO:<\(address)>")
        if reply.isPositive { state.withLock { $0.accepted.append(address) } }
        return reply
    }

    /// Makes the server's recipients those, where plugins have changed them since; a refusal if it doesn't want one.
    package func settle(_ recipients: [String]) async throws -> RemoteReply? {
        let accepted = state.withLock(\.accepted)
        if Set(accepted) == Set(recipients) { return nil }
        return try await again(recipients)
    }

    private func again(_ recipients: [String]) async throws -> RemoteReply? {
        try await reset()
        state.withLock { $0.accepted = [] }
        if recipients.contains(where: { !Self.isASCII($0) }) { state.withLock { $0.saysUTF8 = true } }
        let reply = try await begin()
        guard reply.isPositive else { return reply }
        for address in recipients {
            let reply = try await dialogue.say("RCPT TO:<\(address)>")
            guard reply.isPositive else { return reply }
            state.withLock { $0.accepted.append(address) }
        }
        return nil
    }

    private func reset() async throws {
        let reply = try await dialogue.say("RSET")
        guard reply.isPositive else { throw RemoteFault("answered RSET with \(reply.code)") }
        state.withLock { $0.isInTransaction = false }
    }

    /// DATA, and the message in the parts that `next` gives until one is empty.
    ///
    /// Each part is taken only when there is room for it, so a slow server holds no more than that in memory.
    package func send(_ next: () throws -> [UInt8]) async throws -> RemoteReply {
        let answer = try await dialogue.say("DATA")
        guard answer.code == 354 else {
            // A 2xx here means that the server means something else than we do.
            guard !answer.isPositive else { throw RemoteFault("answered DATA with \(answer.code)") }
            return answer
        }
        var stuffing = Stuffing()
        while true {
            let part = try next()
            if part.isEmpty { break }
            try await dialogue.line.write(stuffing.stuff(part))
        }
        try await dialogue.line.write(stuffing.end())
        let reply = try await dialogue.reply()
        state.withLock { $0.isInTransaction = false }
        return reply
    }

    private static func isASCII(_ text: String) -> Bool { text.utf8.allSatisfy { $0 < 0x80 } }

    private static var noUTF8: RemoteReply { RemoteReply(code: 553, "5.6.7 The next server takes no such addresses") }
}
