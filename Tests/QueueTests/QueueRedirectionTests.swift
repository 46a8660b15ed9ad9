import Mail
import Testing

@testable import Queue

/// Mail that is sent another way.
struct QueueRedirectionTests {
    private let start = QueueStage.start
    private let later = QueueStage.start + .seconds(60)

    @Test func `Mail goes to another address, which remembers the first`() async throws {
        let stage = try QueueStage()
        let queue = stage.queue
        try await stage.seal("A.1", to: ["b@x.example", "c@y.example"])
        for lease in try await queue.lease("x.example", now: start, messages: 9) {
            let settlement = Settlement(
                entry: lease.entries[0].id,
                fate: .deferred(until: start + .seconds(900)),
                host: "mx.x.example",
                reason: "451 later"
            )
            try await queue.settle([settlement], of: lease, at: start)
        }
        let change = try await queue.redirect(
            QueueStage.filter { $0.destination = "x.example" },
            to: try Address(parsing: "New@z.example"),
            now: later
        )
        #expect(change == QueueChange(changed: 1))
        let recipient = try #require(try stage.recipients("A.1").first)
        #expect(recipient.address == "New@z.example" && recipient.destination == "z.example")
        #expect(recipient.original == "b@x.example")
        #expect(recipient.attempts == 0 && recipient.tried == nil && recipient.reply == nil)
        #expect(try await queue.due(limit: 9).map(\.destination).sorted() == ["y.example", "z.example"])
        let lease = try #require(try await queue.lease("z.example", now: later, messages: 9).first)
        #expect(lease.envelope.recipients[0].address.text == "New@z.example")
        #expect(lease.envelope.recipients[0].options?.originalRecipient?.address == "b@x.example")
        #expect(lease.envelope.recipients[0].options?.originalRecipient?.type == "rfc822")
        queue.close()
    }

    @Test func `The original recipient that the sender named stays`() async throws {
        let stage = try QueueStage()
        var options = RecipientOptions()
        options.originalRecipient = .init(type: "x400", address: "c=de")
        try await stage.seal("A.1", to: ["b@x.example"], options: options)
        _ = try await stage.queue.redirect(QueueFilter(), to: try Address(parsing: "n@z.example"), now: later)
        let lease = try #require(try await stage.queue.lease("z.example", now: later, messages: 9).first)
        #expect(lease.envelope.recipients[0].options?.originalRecipient == .init(type: "x400", address: "c=de"))
        stage.queue.close()
    }

    @Test func `Two recipients that become one get one message`() async throws {
        let stage = try QueueStage()
        let queue = stage.queue
        try await stage.seal("A.1", to: ["b@x.example", "c@y.example", "n@z.example"])
        try await stage.seal("B.1", to: ["b@x.example"])
        let change = try await queue.redirect(QueueFilter(), to: try Address(parsing: "n@z.example"), now: later)
        #expect(change == QueueChange(changed: 4))
        #expect(try stage.recipients("A.1").map(\.address) == ["n@z.example"])
        for lease in try await queue.lease("z.example", now: later, messages: 9) {
            let all = lease.entries.map { Settlement(entry: $0.id, fate: .delivered, host: nil, reason: "") }
            try await queue.settle(all, of: lease, at: later)
        }
        #expect(try stage.view().statistics() == .empty)
        queue.close()
    }

    @Test func `Who is held stays held, and who is being delivered is left alone`() async throws {
        let stage = try QueueStage()
        let queue = stage.queue
        try await stage.seal("A.1", to: ["b@x.example", "c@y.example"])
        _ = try await queue.hold(QueueStage.filter { $0.destination = "x.example" })
        _ = try await queue.lease("y.example", now: start, messages: 9)
        let change = try await queue.redirect(QueueFilter(), to: try Address(parsing: "n@z.example"), now: later)
        #expect(change == QueueChange(changed: 1, leased: 1))
        #expect(try stage.recipients("A.1").map(\.state) == [.held, .leased])
        #expect(try await queue.due(limit: 9).isEmpty)
        queue.close()
    }

    @Test func `Mail goes by another domain's hosts to the address that it was for`() async throws {
        let stage = try QueueStage()
        try await stage.seal("A.1", to: ["b@x.example"])
        let change = try await stage.queue.redirect(QueueFilter(message: "A.1"), via: "[192.0.2.1]", now: later)
        #expect(change == QueueChange(changed: 1))
        let lease = try #require(try await stage.queue.lease("[192.0.2.1]", now: later, messages: 9).first)
        #expect(lease.envelope.recipients[0].address.text == "b@x.example")
        #expect(try await stage.queue.due(limit: 9).isEmpty)
        stage.queue.close()
    }
}
