/// What is told to qmail-queue, and what its end says: qmail-queue(8).
package enum QmailQueue {
    /// What became of the message; the reason is for the log.
    package enum Outcome: Equatable {
        case taken
        case refused(String)
        case later(String)
    }

    /// The envelope: `F` and the sender, `T` and each recipient, each behind itself ended by a NUL, and one NUL more.
    ///
    /// Nil when an address holds a NUL: it would begin another recipient.
    package static func envelope(sender: String, recipients: [String]) -> [UInt8]? {
        guard !recipients.isEmpty, !sender.utf8.contains(0), !recipients.contains(where: { $0.utf8.contains(0) }) else {
            return nil
        }
        var bytes: [UInt8] = Array("F\(sender)\0".utf8)
        for recipient in recipients { bytes += "T\(recipient)\0".utf8 }
        return bytes + [0]
    }

    /// What an exit code means, as qmail's own qmail.c reads it; codes from 256 on are signals.
    package static func outcome(ofExit code: Int) -> Outcome {
        switch code {
        case 0: .taken
        // 115 is the 11 of old.
        case 11, 115: .refused("the envelope address is too long for it")
        case 31: .refused("it refuses the message for good")
        case 51: .later("it is out of memory")
        case 52: .later("it took too long for its own taste")
        case 53: .later("it could not write, the disk may be full")
        case 54: .later("it could not read the message or the envelope")
        case 55: .later("it could not read its configuration")
        case 56: .later("it could not reach the network")
        case 61...66: .later("it could not work in its home or queue folder (\(code))")
        case 71: .later("it refuses the message for now")
        case 72: .later("its mail server did not answer")
        case 73: .later("its mail server refused the connection")
        case 74: .later("it lost its mail server")
        case 81: .later("it has a bug")
        case 91: .later("it doesn't understand the envelope")
        // The rest of the range that qmail sets aside for what trying again won't mend.
        case 12...40: .refused("it failed for good (\(code))")
        case 256...: .later("it was ended by signal \(code - 256)")
        default: .later("it failed for now (\(code))")
        }
    }
}
