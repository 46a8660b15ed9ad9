import SMTP
import Testing

/// What no client can cause: a driver that doesn't keep to the order ends the process, with a sentence.
@Suite struct OurFaultTests {
    @Test func anAnswerWithoutAQuestionTraps() async {
        await #expect(processExitsWith: .failure) {
            var session = ServerSession(policy: Policy(hostname: "mx.example.org"))
            _ = session.answer(.accept(nil))
            _ = session.answer(.accept(nil))
        }
    }

    @Test func anAnswerWhileTextIsReadTraps() async {
        await #expect(processExitsWith: .failure) {
            var session = ServerSession(policy: Policy(hostname: "mx.example.org"))
            _ = session.answer(.accept(nil))
            for line in ["EHLO c\r\n", "MAIL FROM:<>\r\n", "RCPT TO:<a@b>\r\n", "DATA\r\n"] {
                _ = session.next(Array(line.utf8).span)
                _ = session.answer(.accept(nil))
            }
            _ = session.answer(.accept(nil))
        }
    }

    @Test func anAnswerBehindARefusedClientTraps() async {
        await #expect(processExitsWith: .failure) {
            var session = ServerSession(policy: Policy(hostname: "mx.example.org"))
            _ = session.answer(.refuse(Reply(554, "no"), then: .loop))
            _ = session.answer(.accept(nil))
        }
    }

    @Test func anAnswerAfterTheEndTraps() async {
        await #expect(processExitsWith: .failure) {
            var session = ServerSession(policy: Policy(hostname: "mx.example.org"))
            _ = session.deadlinePassed()
            _ = session.answer(.accept(nil))
        }
    }

    @Test func aRefusalWithAFriendlyCodeTraps() async {
        await #expect(processExitsWith: .failure) {
            var session = ServerSession(policy: Policy(hostname: "mx.example.org"))
            _ = session.answer(.refuse(Reply(250, "no"), then: .stay))
        }
    }

    @Test func anAcceptedDataWithAnotherCodeTraps() async {
        await #expect(processExitsWith: .failure) {
            var session = ServerSession(policy: Policy(hostname: "mx.example.org"))
            _ = session.answer(.accept(nil))
            for line in ["EHLO c\r\n", "MAIL FROM:<>\r\n", "RCPT TO:<a@b>\r\n"] {
                _ = session.next(Array(line.utf8).span)
                _ = session.answer(.accept(nil))
            }
            _ = session.next(Array("DATA\r\n".utf8).span)
            _ = session.answer(.accept(Reply(250, "fine")))
        }
    }

    @Test func aReplyCodeOutsideTheRangeTraps() async {
        await #expect(processExitsWith: .failure) { _ = Reply(999, "no") }
    }

    @Test func anEnhancedCodeOfAnUnknownClassTraps() async {
        await #expect(processExitsWith: .failure) { _ = EnhancedCode(3, 0, 0) }
    }
}
