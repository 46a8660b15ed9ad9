import DNS
import Queue
import Support
import Testing

@testable import Outbound

/// Policies of domains, kept as long as they count: RFC 8461 §3.3 and §5.1.
@Suite(.timeLimit(.minutes(15))) struct PolicyKeeperTests {
    private let folder: TemporaryFolder
    private let source = FakePolicies()
    private let clock = WallClock()
    private let domain: Name
    private let other: Name

    init() throws {
        folder = try TemporaryFolder()
        domain = try Name("b.example")
        other = try Name("c.example")
    }

    private func keeper(_ tally: TLSTally? = nil) throws -> PolicyKeeper {
        let clock = clock
        let book = try PolicyBook(path: folder.path + "/tls.db") { _ in }
        return PolicyKeeper(book: book, source: source, tally: tally, clock: { clock.now })
    }

    private var fetches: Int { source.state.value.fetches }

    @Test func `A policy is fetched once, and again when its id changes`() async throws {
        source.set("b.example", id: "1", mode: "enforce", mx: "one.example")
        let keeper = try keeper()
        for _ in 0..<3 { #expect(await keeper.policy(of: domain)?.patterns == ["one.example"]) }
        #expect(fetches == 1)
        source.set("b.example", id: "1", mode: "enforce", mx: "two.example")
        #expect(await keeper.policy(of: domain)?.patterns == ["one.example"])
        source.set("b.example", id: "2", mode: "enforce", mx: "two.example")
        #expect(await keeper.policy(of: domain)?.patterns == ["two.example"])
        #expect(fetches == 2)
        #expect(await keeper.policy(of: other) == nil)
        #expect(fetches == 2)
    }

    @Test func `A policy outlives the process`() async throws {
        source.set("b.example", id: "1", mode: "enforce")
        let first = try await keeper().policy(of: domain)
        source.fail()
        let second = try await keeper().policy(of: domain)
        #expect(first != nil && first == second)
        #expect(fetches == 1)
    }

    @Test func `A record that is gone, or a fetch that fails, ends no policy before its time`() async throws {
        source.set("b.example", id: "1", mode: "enforce", maxAge: 1000)
        let keeper = try keeper()
        #expect(await keeper.policy(of: domain) != nil)
        source.state.change { $0.ids = [:] }
        clock.advance(999)
        #expect(await keeper.policy(of: domain) != nil)
        source.state.change { $0.ids = ["b.example": "2"] }
        source.fail(.invalid("no policy"))
        #expect(await keeper.policy(of: domain) != nil)
        clock.advance(1)
        #expect(await keeper.policy(of: domain) == nil)
    }

    @Test func `A policy that can't be had is asked for again after five minutes, and at once under another id`()
        async throws
    {
        source.state.change { $0.ids = ["b.example": "1"] }
        let keeper = try keeper()
        for _ in 0..<3 { #expect(await keeper.policy(of: domain) == nil) }
        #expect(fetches == 1)
        clock.advance(299)
        #expect(await keeper.policy(of: domain) == nil)
        #expect(fetches == 1)
        source.set("b.example", id: "2", mode: "testing")
        #expect(await keeper.policy(of: domain)?.mode == .testing)
        source.fail()
        source.state.change { $0.ids = ["c.example": "1"] }
        #expect(await keeper.policy(of: other) == nil)
        source.set("c.example", id: "1", mode: "enforce")
        clock.advance(300)
        #expect(await keeper.policy(of: other) != nil)
    }

    @Test func `The mode none takes a policy back`() async throws {
        source.set("b.example", id: "1", mode: "enforce")
        let keeper = try keeper()
        #expect(await keeper.policy(of: domain) != nil)
        source.set("b.example", id: "2", mode: "none")
        #expect(await keeper.policy(of: domain) == nil)
        #expect(await keeper.policy(of: domain) == nil)
        #expect(fetches == 2)
    }

    @Test func `Who asks while a policy is being fetched waits for it`() async throws {
        source.set("b.example", id: "1", mode: "enforce")
        source.state.change { $0.isHeld = true }
        let keeper = try keeper()
        let domain = domain
        let found = await withTaskGroup(of: STSPolicy?.self) { group in
            for _ in 0..<5 { group.addTask { await keeper.policy(of: domain) } }
            await source.state.until { $0.fetches > 0 }
            source.state.change { $0.isHeld = false }
            return await group.reduce(into: [STSPolicy?]()) { $0.append($1) }
        }
        #expect(found.allSatisfy { $0 != nil })
        #expect(fetches == 1)
    }

    @Test func `What is used is fetched again long before its end, whatever DNS says`() async throws {
        source.set("b.example", id: "1", mode: "enforce", mx: "one.example", maxAge: 1000)
        let keeper = try keeper()
        #expect(await keeper.policy(of: domain) != nil)
        clock.advance(499)
        await keeper.refresh()
        #expect(fetches == 1)
        source.set("b.example", id: nil, mode: "enforce", mx: "two.example", maxAge: 1000)
        clock.advance(1)
        await keeper.refresh()
        #expect(fetches == 2)
        clock.advance(999)
        #expect(await keeper.policy(of: domain)?.patterns == ["two.example"])
    }

    @Test func `A refresh that fails is tried again after an hour, and the policy counts on`() async throws {
        source.set("b.example", id: "1", mode: "enforce", maxAge: 1_000_000)
        let keeper = try keeper()
        #expect(await keeper.policy(of: domain) != nil)
        source.fail()
        clock.advance(86_400)
        for _ in 0..<3 { await keeper.refresh() }
        #expect(fetches == 2)
        clock.advance(3600)
        await keeper.refresh()
        #expect(fetches == 3)
        #expect(await keeper.policy(of: domain) != nil)
    }

    @Test func `What nobody has needed for a week is not fetched again`() async throws {
        source.set("b.example", id: "1", mode: "enforce", maxAge: 10_000_000)
        let keeper = try keeper()
        #expect(await keeper.policy(of: domain) != nil)
        for _ in 0..<30 {
            clock.advance(86_400)
            await keeper.refresh()
        }
        #expect(fetches == 8)
    }

    @Test(
        "Why a policy can't be had is counted",
        arguments: [
            (PolicyFault.unreachable("a"), TLSFailure.Result.noPolicy), (.untrusted("a"), .badPolicyHost),
            (.invalid("a"), .badPolicy),
        ]
    )
    func counted(_ fault: PolicyFault, _ result: TLSFailure.Result) async throws {
        let clock = clock
        let tally = TLSTally(isOn: { true }, clock: { clock.now })
        source.state.change { $0.ids = ["b.example": "1"] }
        source.fail(fault)
        #expect(try await keeper(tally).policy(of: domain) == nil)
        let counts = tally.take()
        #expect(counts.values.map(\.self) == [1])
        #expect(counts.keys.first?.failure?.result == result)
        #expect(counts.keys.first?.rule == TLSRule(.sts, of: "b.example"))
    }
}
