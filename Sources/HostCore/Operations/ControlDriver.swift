import Wire

/// The server's end of `haraka status` and `haraka reload`: one line in, one answer out, on a unix socket in `state/`.
final class ControlDriver: Driver {
    typealias Peer = Connection

    private let perform: @Sendable (String, @escaping @Sendable (String) -> Void) -> Void
    private let answer = Answer()

    /// - Parameter perform: takes the question and, later, on any thread, gives the answer.
    init(perform: @escaping @Sendable (String, @escaping @Sendable (String) -> Void) -> Void) {
        self.perform = perform
    }

    func opened(_ peer: Connection) { peer.arm(deadline: .seconds(10)) }

    func received(_ bytes: Span<UInt8>, _ peer: Connection) -> Int {
        var line: [UInt8] = []
        for index in bytes.indices {
            guard bytes[index] != UInt8(ascii: "\n") else {
                ask(String(decoding: line, as: UTF8.self), peer)
                return bytes.count
            }
            line.append(bytes[index])
        }
        if bytes.count > 1024 { peer.close() }
        return 0
    }

    private func ask(_ question: String, _ peer: Connection) {
        peer.disarm()
        let mailbox = peer.mailbox
        perform(question) { [answer] text in
            answer.give(text)
            mailbox.wake(1)
        }
    }

    func woken(_ token: UInt64, _ peer: Connection) {
        guard let text = answer.take() else { return }
        peer.write(Array(text.utf8))
        peer.flush()
        peer.close()
    }

    func deadlinePassed(_ peer: Connection) { peer.close() }
    func closed() {}
}
