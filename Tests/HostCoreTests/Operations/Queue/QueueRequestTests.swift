import Queue
import Testing

@testable import HostCore

struct QueueRequestTests {
    @Test func `A request goes over the socket as it is`() throws {
        var request = QueueRequest(.redirect, QueueQuery(), isJSON: true)
        request.query.message = "A.1"
        request.query.words = "100% full\n=&"
        request.query.state = .held
        request.to = "ü@x.example"
        request.reason = "no more"
        request.limit = 7
        #expect(QueueRequest(line: request.line) == request)
        for verb in QueueRequest.Verb.allCases {
            let plain = QueueRequest(verb, QueueQuery(), isJSON: false)
            #expect(QueueRequest(line: plain.line) == plain)
        }
        for line in ["queue", "queue frob", "queue list x", "queue list limit=many", "status"] {
            #expect(QueueRequest(line: line) == nil, "\(line)")
        }
    }

    @Test(arguments: [
        ("b@x.example", nil, true), ("<b@x.example>", nil, true), ("b", nil, false), ("", nil, false),
        ("<>", nil, false), (nil, "x.example", true), (nil, "[192.0.2.1]", true), (nil, "[ipv6:2001:db8::1]", true),
        (nil, "[x]", false), (nil, "a..b", false), ("b@x.example", "x.example", false), (nil, nil, false),
    ])
    func `Where mail is redirected to is looked at`(to: String?, via: String?, isGood: Bool) {
        var request = QueueRequest(.redirect, QueueQuery(), isJSON: false)
        (request.to, request.via) = (to, via)
        #expect((request.fault == nil) == isGood)
    }

    @Test func `Without a reason nothing comes back`() {
        var request = QueueRequest(.bounce, QueueQuery(), isJSON: false)
        #expect(request.fault != nil)
        request.reason = "no"
        #expect(request.fault == nil)
    }

    @Test func `The outcome is told in sentences`() {
        let request = QueueRequest(.delete, QueueQuery(), isJSON: false)
        #expect(
            request.told(QueueChange(changed: 1, leased: 2), keep: .seconds(7 * 86_400)) == """
                1 recipient is deleted, and can be had back for 7 days: haraka queue undelete.
                2 recipients are being delivered right now, and left alone.
                """
        )
        #expect(request.told(QueueChange(), keep: .zero) == "Nothing in the queue is like that.")
    }
}
