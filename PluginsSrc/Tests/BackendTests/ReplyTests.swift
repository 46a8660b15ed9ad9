import Backend
import PluginKit
import RemoteScript
import Testing

@Suite struct ReplyTests {
    private func reply(_ lines: String...) async throws -> RemoteReply {
        try await RemoteReply.read(from: ScriptedLine(lines.map { "S: " + $0 }))
    }

    @Test("A refusal by the next server is the client's, with its codes and words")
    func mirrors() async throws {
        #expect(
            try await reply("550 5.1.1 No such user").refusal == .deny("No such user", code: 550, enhanced: "5.1.1")
        )
        #expect(
            try await reply("452-4.2.2 Full", "452 4.2.2 really").refusal
                == .denySoft("Full\nreally", code: 452, enhanced: "4.2.2")
        )
        #expect(try await reply("550").refusal == .deny("", code: 550, enhanced: nil))
        #expect(try await reply("550 2.1.1 odd").refusal == .deny("odd", code: 550, enhanced: nil))
        #expect(
            try await reply("554 1.2.3.4 is listed").refusal == .deny("1.2.3.4 is listed", code: 554, enhanced: nil)
        )
    }

    @Test(
        "What is about our session with it is only said to be our trouble",
        arguments: [421, 500, 502, 503, 530, 534, 535, 538]
    ) func session(_ code: Int) async throws {
        #expect(try await reply("\(code) 5.7.0 Authentication required").refusal == .nextServerFails)
    }

    @Test("Its words are printable when they are passed on")
    func printable() async throws {
        #expect(try await reply("550 a\u{1}b\u{e4}\u{7f}").refusal == .deny("a?b??", code: 550, enhanced: nil))
    }
}
