internal import SMTP
internal import System
internal import Wire

extension Conversation {
    /// Read at once, and so much may wait to be taken before more is read.
    private static let piece: UInt64 = 64 << 10

    /// Begins to write the message, or a chunk of it.
    func send(_ form: ClientSession.MessageForm) {
        guard let delivery else { preconditionFailure("a message is sent that was given") }
        switch form {
        case .dotStuffed:
            let rest = 0..<delivery.source.count
            note("the message follows, \(rest.upperBound) bytes")
            carriage = Carriage(source: delivery.source, rest: rest, stuffing: DotStuffing())
        case .chunk(let rest):
            note("\(rest.count) bytes of the message follow")
            carriage = Carriage(source: delivery.source, rest: rest)
        }
        if carriage?.rest.isEmpty == true { write(piece: []) } else { read() }
    }

    /// Asks for the next piece; the answer wakes this loop, whoever gives it.
    private func read() {
        guard let rest = carriage?.rest, let source = carriage?.source, let outcall else { return }
        let range = rest.lowerBound..<min(rest.upperBound, rest.lowerBound + Self.piece)
        readings += 1
        let number = readings
        carriage?.reading = (number, UInt64(range.count))
        source.read(range) { [inbox] bytes in
            inbox.withLock { $0.piece = CourierInbox.Piece(number: number, bytes: bytes) }
            outcall.wake()
        }
    }

    /// A piece was read, or can't be.
    func take(_ piece: CourierInbox.Piece) {
        // The host may have refused meanwhile.
        guard session.isSendingMessage, let reading = carriage?.reading, reading.number == piece.number else { return }
        carriage?.reading = nil
        guard let bytes = piece.bytes, UInt64(bytes.count) == reading.count else {
            // Half a message without its end is none: RFC 5321 §4.1.1.4.
            fault = .unreadable
            carriage = nil
            return perform(session.peerClosed())
        }
        write(piece: bytes)
    }

    private func write(piece bytes: [UInt8]) {
        guard let rest = carriage?.rest else { return }
        let left = (rest.lowerBound + UInt64(bytes.count))..<rest.upperBound
        carriage?.rest = left
        if carriage?.stuffing != nil {
            var output: [UInt8] = []
            output.reserveCapacity(bytes.count + 64)
            carriage?.stuffing?.append(bytes.span, to: &output)
            if left.isEmpty { carriage?.stuffing?.finish(&output) }
            write(output)
        } else {
            write(bytes)
        }
        guard left.isEmpty else { return awaitRoom() }
        carriage = nil
        // From here on it may arrive, whatever becomes of the connection.
        perform(session.messageWritten())
    }

    private func awaitRoom() {
        // RFC 5321 §4.5.3.2.5: it counts from each piece on.
        outcall?.arm(deadline: session.limits.timeouts.text)
        guard outcall?.hasRoom(below: Int(Self.piece)) == true else {
            carriage?.awaitsRoom = true
            return
        }
        read()
    }

    /// The connection has taken most of what was written.
    func takeRoom() {
        guard session.isSendingMessage, carriage?.awaitsRoom == true else { return }
        carriage?.awaitsRoom = false
        outcall?.arm(deadline: session.limits.timeouts.text)
        read()
    }
}
