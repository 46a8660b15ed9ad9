import Synchronization

/// What clients have logged in with, in memory and as long as they are connected.
package final class Secrets: Sendable {
    private struct Secret {
        let user: String
        let password: String
    }

    private let secrets = Mutex<[UInt64: Secret]>([:])

    package init() {}

    /// Keeps what a client tries: if it is wrong it gets no further, and the last one is the one that was right.
    package func keep(_ user: String, _ password: String, of client: UInt64) {
        secrets.withLock { $0[client] = Secret(user: user, password: password) }
    }

    /// The password of a client that is logged in as that user.
    package func password(of user: String, _ client: UInt64) -> String? {
        secrets.withLock { secrets in
            guard let secret = secrets[client], secret.user == user else { return nil }
            return secret.password
        }
    }

    package func forget(_ client: UInt64) { secrets.withLock { _ = $0.removeValue(forKey: client) } }

    package var count: Int { secrets.withLock { $0.count } }
}
