import SMTP
import Testing

/// What a host may say, shown by its greeting: a refusal is kept as it was read.
@Suite struct ClientReplyTests {
    static let replies: [(text: String, reply: Reply)] = [
        ("554 no\r\n", Reply(554, "no")),
        ("554\r\n", Reply(554, "")),
        ("554 \r\n", Reply(554, "")),
        ("554 no\n", Reply(554, "no")),
        ("554 5.7.1 no\r\n", Reply(554, EnhancedCode(5, 7, 1), "no")),
        ("554 5.7.1\r\n", Reply(554, EnhancedCode(5, 7, 1), "")),
        ("554 4.7.1 no\r\n", Reply(554, "4.7.1 no")),
        ("554 5.7 no\r\n", Reply(554, "5.7 no")),
        ("554 5.07.1 no\r\n", Reply(554, "5.07.1 no")),
        ("554 5.1.1000 no\r\n", Reply(554, "5.1.1000 no")),
        ("450-4.2.0 one\r\n450-4.2.0 two\r\n450 4.2.0 three\r\n", Reply(450, EnhancedCode(4, 2, 0), "one\ntwo\nthree")),
        ("450-4.2.0 one\r\n450 4.2.1 two\r\n", Reply(450, EnhancedCode(4, 2, 0), "one\n4.2.1 two")),
        ("450-one\r\n450-\r\n450 4.2.1 two\r\n", Reply(450, "one\n\n4.2.1 two")),
        ("554 a\tb\u{1b}[2J\u{0}c\u{7f}\rd\u{85}\r\n", Reply(554, "a\tb?[2J?c??d?")),
        ("554 gr\u{fc}\u{df}e\r\n", Reply(554, "gr\u{fc}\u{df}e")),
    ]

    @Test("a reply is kept as received, without control characters", arguments: replies)
    func isKept(row: (text: String, reply: Reply)) {
        for size in [1, 3, 1000] {
            #expect(heard(Array(row.text.utf8), readsOf: size) == .refused(row.reply, at: .greeting))
        }
    }

    static let malformed = [
        "hello\r\n", "\r\n", "22\r\n", "22x no\r\n", "199 no\r\n", "600 no\r\n", "554_no\r\n", "554\tno\r\n",
        " 554 no\r\n",
        "554-no\r\n553 no\r\n", "554-no\r\nno\r\n", "554\rno\r\n", "350 no\r\n", "250 no\r\n", "235 no\r\n",
    ]

    @Test("what isn't a reply, or none to a connection, ends the conversation", arguments: malformed)
    func isNoReply(text: String) {
        for size in [1, 3, 1000] { #expect(heard(Array(text.utf8), readsOf: size) == .broken(at: .greeting)) }
    }

    @Test func aReplyHasBounds() {
        let line = Array("554-".utf8) + Array(repeating: UInt8(ascii: "x"), count: 2042) + [0x0D, 0x0A]
        #expect(line.count == 2048)
        let last = Array("554 end\r\n".utf8)
        #expect(heard(line + last, readsOf: 500)?.reply?.text.utf8.count == 2046)
        #expect(heard(line + line + last, readsOf: 500)?.reply?.text.utf8.count == 2048 + 3)
        #expect(heard([0x35] + line + last, readsOf: 500) == .broken(at: .greeting))
        let long = Array(line.dropLast(2)) + [UInt8(ascii: "x"), 0x0D, 0x0A]
        #expect(heard(long + last, readsOf: 500) == .broken(at: .greeting))
        #expect(heard(Array(repeating: UInt8(ascii: "5"), count: 2048), readsOf: 500) == .broken(at: .greeting))
        let many = Array(repeating: Array("554-x\r\n".utf8), count: 99).joined()
        #expect(heard(many + last, readsOf: 500)?.reply != nil)
        #expect(heard(many + Array("554-x\r\n".utf8) + last, readsOf: 500) == .broken(at: .greeting))
    }

    @Test func bytesThatAreNoUTF8AreRepaired() {
        #expect(heard(Array("554 a".utf8) + [0xFF, 0x0D, 0x0A], readsOf: 9)?.reply == Reply(554, "a\u{FFFD}"))
    }

    /// Why the host of this greeting is left.
    private func heard(_ bytes: [UInt8], readsOf size: Int) -> ClientSession.Setback? {
        var session = ClientSession(policy: ClientPolicy(name: "client.example"))
        var unread: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            unread += bytes[start..<min(start + size, bytes.count)]
            while true {
                let action = session.next(unread.span)
                unread.removeFirst(action.consumed)
                if case .close(let setback, _) = action { return setback }
                if case .needInput = action { break }
            }
        }
        return nil
    }
}
