public import Store
public import System

/// Why the queue didn't take or change something.
public enum QueueError: Error, Sendable, Equatable {
    case store(StoreError)
    /// The file for a big text.
    case spool(SystemError)
}

extension QueueError {
    /// Whether there will be no success any more, however often it is tried.
    public var isClosed: Bool { self == .store(.closed) }

    /// Whether it is no fault of the disk.
    public var isOurs: Bool {
        switch self {
        case .store(.wrong): true
        case .store(.disk), .store(.taken), .store(.newer), .store(.closed), .spool: false
        }
    }
}

extension QueueError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .store(let error): "\(error)"
        case .spool(let error): "the text can't be written: \(error)"
        }
    }
}
