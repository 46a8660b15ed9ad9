public import Store
public import System

/// Why the queue can't be looked at.
public enum QueueViewError: Error, Sendable, Equatable {
    /// Nothing was ever queued there.
    case missing
    /// A file can't be read, or what it holds can't be passed on.
    case file(SystemError)
    /// An older version has written it, and the server that brings it up to date hasn't been started since.
    case older(found: Int, known: Int)
    case store(StoreError)
}

extension QueueViewError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .missing: "there is no queue yet"
        case .file(let error): "\(error)"
        case .older(let found, let known):
            "the database has format \(found), and this version reads format \(known): "
                + "a start of the server brings it up to date"
        case .store(let error): "\(error)"
        }
    }
}
