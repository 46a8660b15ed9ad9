internal import Outbound
internal import System

/// Remembers which plugin has sent a message where, for who asks why it waits.
///
/// In memory only: after a start it is known again with the next attempt.
final class Signposts: Sendable {
    /// What a plugin of get_mx has said of a message.
    struct Post: Sendable, Equatable {
        let plugin: String
        /// None: the server's own plugins of hook `queue` take it.
        let waypoints: [Waypoint]
    }

    private struct Key: Hashable {
        let message: Int64
        let destination: String
    }

    /// The posts of late, and those before them: when there are many the older half goes at once.
    private struct Posts {
        var young: [Key: Post] = [:]
        var old: [Key: Post] = [:]
    }

    private let limit: Int
    private let posts = Locked(Posts())

    init(limit: Int = 10_000) { self.limit = limit }

    /// Nil: routes and DNS decide.
    func set(_ post: Post?, for message: Int64, to destination: String) {
        let key = Key(message: message, destination: destination)
        posts.withLock { posts in
            posts.old[key] = nil
            posts.young[key] = post
            guard posts.young.count > limit / 2 else { return }
            posts.old = posts.young
            posts.young = [:]
        }
    }

    func post(for message: Int64, to destination: String) -> Post? {
        let key = Key(message: message, destination: destination)
        return posts.withLock { $0.young[key] ?? $0.old[key] }
    }
}
