internal import Glibc
internal import Hooks
internal import Mail
internal import PluginABI
internal import Synchronization

/// The part of a session that plugins reach from any thread, by token.
///
/// Only the session's loop changes it, notes apart; whoever looks holds its lock. Locks are taken in this order: a
/// call's, a session's, a message's.
final class SharedSession: Sendable {
    struct State {
        /// The connection's UUID.
        var id: String
        var seat: Seat?
        var session: UInt64 = 0
        var transaction: UInt64 = 0
        var facts = FactBook()
        var notes = NoteBook()
        /// What only transactions have.
        var mail: MailState?
        /// The call that the session makes, to see what it has written.
        var call: Call?
    }

    struct MailState {
        var id: String
        var envelope: Envelope
        /// The one that RCPT hooks are asked about.
        var current: Int?
        var notes = NoteBook()
        var message: MessageBuffer?
    }

    let wake: @Sendable (UInt64) -> Void
    let state: Guarded<State>
    /// Counts up when somebody writes "@skip_plugins", so that the loop needn't look.
    let skipWrites = Atomic<Int>(0)

    init(id: String, wake: @escaping @Sendable (UInt64) -> Void) {
        state = Guarded(State(id: id))
        self.wake = wake
    }

    /// The session's token, and whether there was room for one.
    func open(in registry: TokenRegistry<SharedSession>) -> UInt64? {
        guard var seat = registry.claim(self) else { return nil }
        return state.withLock { state in
            state.session = seat.next(.session)
            state.seat = seat
            unsafe state.facts.args.pointee.session = state.session
            return state.session
        }
    }

    /// Ends its tokens.
    func close(in registry: TokenRegistry<SharedSession>) {
        let seat = state.withLock { state in
            let seat = state.seat
            state.seat = nil
            state.session = 0
            state.transaction = 0
            state.mail = nil
            state.call = nil
            state.notes = NoteBook()
            return seat
        }
        if let seat { registry.vacate(seat) }
    }

    /// "UUID" or "UUID.N"; nil when the token has ended.
    func scope(of token: UInt64) -> String? {
        state.withLock { state in
            guard token != 0 else { return nil }
            if token == state.session { return state.id }
            return token == state.transaction ? state.mail?.id : nil
        }
    }

    /// The id of the transaction, or of the session outside one.
    var presentScope: String { state.withLock { $0.mail?.id ?? $0.id } }

    /// Does something with the notes of a session or transaction; nil when the token has ended.
    func withNotes<Result>(of token: UInt64, _ body: (inout NoteBook) -> Result) -> Result? {
        state.withLock { state in
            guard token != 0 else { return nil }
            if token == state.session { return body(&state.notes) }
            guard token == state.transaction, state.mail != nil else { return nil }
            guard var mail = state.mail.take() else { return nil }
            defer { state.mail = mail }
            return body(&mail.notes)
        }
    }

    /// The message of a transaction and the call that is asked about it: HK_E_STALE, HK_E_PHASE.
    func message(of transaction: UInt64) -> Result<(MessageBuffer, Call?), MessageRefusal> {
        state.withLock { state in
            guard transaction != 0, transaction == state.transaction else { return .failure(.stale) }
            guard let message = state.mail?.message else { return .failure(.tooEarly) }
            return .success((message, state.call))
        }
    }

    enum MessageRefusal: Error { case stale, tooEarly }
}
