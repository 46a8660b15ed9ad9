import Hooks
import Testing

/// Haraka's table of hooks and return codes, row by row.
@Suite struct EffectTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let hook: Hook
        /// Effects by verdict, as "550 stay", "go on" or "next"; a verdict that isn't named goes on.
        let effects: [VerdictCode: String]
        var testDescription: String { hook.name }
    }

    static let greeting: [VerdictCode: String] = [
        .deny: "554 loop", .denySoft: "421 loop", .denyDisconnect: "554 close", .denySoftDisconnect: "421 close",
        .disconnect: "554 close",
    ]
    static let ordinary: [VerdictCode: String] = [
        .deny: "550 stay", .denySoft: "450 stay", .denyDisconnect: "550 close", .denySoftDisconnect: "450 close",
    ]
    static let queueing = ordinary.merging([
        .cont: "451 stay", .stop: "451 stay", .disconnect: "451 stay", .nextHook: "451 stay", .delay: "451 stay",
    ]) { $1 }
    static let unknown: [VerdictCode: String] = [
        .cont: "500 stay", .stop: "500 stay", .deny: "500 stay", .denySoft: "500 stay", .disconnect: "500 stay",
        .delay: "500 stay", .denyDisconnect: "521 close", .denySoftDisconnect: "421 close", .nextHook: "next",
    ]
    static let oversize = Dictionary(
        uniqueKeysWithValues: VerdictCode.allCases.map { ($0, $0 == .denySoft ? "450 stay" : "552 stay") }
    )

    static let table = [
        Row(hook: .initMaster, effects: [:]), Row(hook: .initChild, effects: [:]),
        Row(hook: .connectInit, effects: [:]), Row(hook: .lookupRDNS, effects: greeting),
        Row(hook: .connect, effects: greeting), Row(hook: .helo, effects: ordinary),
        Row(hook: .ehlo, effects: ordinary), Row(hook: .capabilities, effects: [:]),
        Row(hook: .unrecognizedCommand, effects: unknown), Row(hook: .vrfy, effects: ordinary),
        Row(hook: .noop, effects: [.deny: "500 stay", .denyDisconnect: "500 close"]),
        Row(hook: .rset, effects: [:]), Row(hook: .mail, effects: ordinary), Row(hook: .rcpt, effects: ordinary),
        Row(hook: .rcptOk, effects: ordinary),
        Row(
            hook: .data,
            effects: [
                .deny: "554 stay", .denySoft: "451 stay", .denyDisconnect: "554 close",
                .denySoftDisconnect: "451 close",
            ]
        ),
        Row(hook: .dataPost, effects: ordinary), Row(hook: .maxDataExceeded, effects: oversize),
        Row(hook: .queue, effects: queueing), Row(hook: .queueOutbound, effects: queueing),
        Row(hook: .queueOk, effects: [:]), Row(hook: .quit, effects: [:]),
        Row(hook: .resetTransaction, effects: [:]), Row(hook: .disconnect, effects: [:]),
        Row(hook: .deny, effects: [:]),
    ]

    @Test("each verdict has the effect that Haraka's table gives it", arguments: table)
    func effects(row: Row) {
        for code in VerdictCode.allCases {
            #expect(text(row.hook.effect(of: code)) == row.effects[code] ?? "go on", "\(code.name)")
        }
    }

    @Test("a refusal's enhanced code is of the reply's class", arguments: Hook.all)
    func classes(hook: Hook) {
        for code in VerdictCode.allCases {
            guard case .refuse(let words, _) = hook.effect(of: code) else { continue }
            #expect(words.enhanced.first == String(words.code).first)
            #expect(!words.text.isEmpty)
        }
    }

    @Test func everyStaticHookIsItsRow() {
        let names: [(Hook, String)] = [
            (.initMaster, "init_master"), (.connectInit, "connect_init"), (.lookupRDNS, "lookup_rdns"),
            (.unrecognizedCommand, "unrecognized_command"), (.rcptOk, "rcpt_ok"), (.dataPost, "data_post"),
            (.maxDataExceeded, "max_data_exceeded"), (.queueOutbound, "queue_outbound"), (.queueOk, "queue_ok"),
            (.resetTransaction, "reset_transaction"), (.disconnect, "disconnect"), (.deny, "deny"), (.log, "log"),
            (.authToken, "auth_token"), (.getMX, "get_mx"), (.bounce, "bounce"),
        ]
        for (hook, name) in names {
            #expect(hook.name == name)
            #expect(Hook(named: name) == hook)
        }
        #expect(Hook(named: "rcpt_to") == nil)
    }

    private func text(_ effect: Effect) -> String {
        switch effect {
        case .proceed: "go on"
        case .refuse(let words, .stay): "\(words.code) stay"
        case .refuse(let words, .loop): "\(words.code) loop"
        case .refuse(let words, .close): "\(words.code) close"
        case .nextHook: "next"
        }
    }
}
