import Backend
import PluginKit
import Synchronization

/// The sessions with the next server, one for each client that has begun a mail.
final class Seats: Sendable {
    typealias Session = ProxySession<NetConnection>

    private struct Seat {
        /// Nil while it is being opened.
        var session: Session?
        /// The client's transaction that it serves, or has lost; 0 between two.
        var transaction: UInt64
    }

    private let seats = Mutex<[UInt64: Seat]>([:])

    /// Keeps a place for a client; false when there are as many as there may be.
    func take(_ client: UInt64, limit: Int) -> Bool {
        seats.withLock { seats in
            guard seats[client] != nil || seats.count < limit else { return false }
            if seats[client] == nil { seats[client] = Seat(session: nil, transaction: 0) }
            return true
        }
    }

    /// The client's session; nil when it has none yet, or none any more.
    func session(of client: UInt64) -> Session? { seats.withLock { $0[client]?.session } }

    /// What a transaction has at the next server.
    enum Standing {
        /// It is none of ours.
        case none
        case open(Session)
        /// It was begun there, and the connection broke.
        case lost
    }

    func standing(of client: UInt64, in transaction: UInt64) -> Standing {
        seats.withLock { seats in
            guard let seat = seats[client], seat.transaction == transaction, transaction != 0 else { return .none }
            return seat.session.map { .open($0) } ?? .lost
        }
    }

    /// Gives the session up while its transaction goes on here: nobody else is to take that mail for done.
    func lose(_ client: UInt64) -> Session? {
        seats.withLock { seats in
            let session = seats[client]?.session
            seats[client]?.session = nil
            return session
        }
    }

    /// Says whom the session serves; false when the client has gone meanwhile.
    func seat(_ session: Session, _ client: UInt64, in transaction: UInt64) -> Bool {
        seats.withLock { seats in
            guard seats[client] != nil else { return false }
            seats[client] = Seat(session: session, transaction: transaction)
            return true
        }
    }

    func endTransaction(of client: UInt64) { seats.withLock { $0[client]?.transaction = 0 } }

    /// Gives the place up; the session is the caller's to end.
    func leave(_ client: UInt64) -> Session? { seats.withLock { $0.removeValue(forKey: client)?.session } }
}
