internal import NIOCore
internal import System

/// Carries tokens to a connection's loop; a burst of them costs one wake-up.
final class LoopMailbox: Mailbox {
    private struct Waiting {
        var tokens: [UInt64] = []
        var isClosed = false
    }

    private let waiting = Locked(Waiting())
    private let loop: any EventLoop
    private let receiver: NIOLoopBoundBox<(any Receiver)?>

    /// Who takes the tokens, on the loop.
    protocol Receiver: AnyObject {
        func woken(_ tokens: [UInt64])
    }

    init(loop: any EventLoop) {
        self.loop = loop
        receiver = NIOLoopBoundBox(nil, eventLoop: loop)
    }

    /// On the loop: from now on tokens are delivered.
    func attach(_ receiver: any Receiver) { self.receiver.value = receiver }

    func wake(_ token: UInt64) {
        let isFirst = waiting.withLock { waiting in
            guard !waiting.isClosed else { return false }
            waiting.tokens.append(token)
            return waiting.tokens.count == 1
        }
        guard isFirst else { return }
        loop.execute { self.deliver() }
    }

    /// Lets go of the connection, however long somebody keeps the mailbox.
    func close() {
        waiting.withLock { waiting in
            waiting.isClosed = true
            waiting.tokens = []
        }
        receiver.value = nil
    }

    private func deliver() {
        let tokens = waiting.withLock { waiting in
            defer { waiting.tokens = [] }
            return waiting.tokens
        }
        guard !tokens.isEmpty else { return }
        receiver.value?.woken(tokens)
    }
}
