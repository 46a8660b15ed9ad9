import Glibc
import PluginKit

/// The contract suite's plugin in Swift; `contract.ini` says what it does, see Tests/Plugins/README.md.
///
/// What PluginKit makes impossible (completing twice, answering 0) is done in `Raw`, with the C functions.
struct Contract: Plugin {
    static let id = "org.example.contract.swift"
    static let version = "1.0"
    static var hooks: [Hook<Contract>] { [.rcpt(now)] }

    let mode: String
    let hook: String
    let time: Duration

    init(_ host: Host) throws {
        mode = host.config.string("contract.ini:mode") ?? "noop"
        hook = host.config.string("contract.ini:hook") ?? "rcpt"
        time = .milliseconds(try host.config.int("contract.ini:ms") ?? 200)
        if mode == "refuses" { throw PluginError("contract: refuses, as contract.ini says") }
        if Raw.modes.contains(mode) { try Raw.register(mode, hook, time, host) }
    }

    var activeHooks: [Hook<Contract>] {
        switch mode {
        case _ where Raw.modes.contains(mode): return []
        case "thrice": return [.rcpt(Self.third, priority: 5), .rcpt(Self.first, priority: -5), .rcpt(Self.second)]
        case "slow", "after_disconnect", "never", "throws_late", "late_write", "write_crash": return [late]
        default: return [soon]
        }
    }

    private var soon: Hook<Contract> {
        switch hook {
        case "connect": .connect(Self.now)
        case "mail": .mail(Self.now)
        default: .rcpt(Self.now)
        }
    }

    private var late: Hook<Contract> {
        switch hook {
        case "connect": .connect(Self.later)
        case "mail": .mail(Self.later)
        default: .rcpt(Self.rcptLater)
        }
    }
}

extension Contract {
    func now<Kind>(_ call: borrowing Call<Kind>) throws -> Verdict {
        switch mode {
        case "accept": return .ok
        case "deny": return .deny("contract says no", code: 550, enhanced: "5.7.1")
        case "throws": throw PluginError("thrown as told")
        case "write", "write_fails": return try write(call)
        case "huge_reply":
            return .deny(String(repeating: "x", count: 1 << 20), code: 550, enhanced: "5.7.1")
        case "long_reply":
            let lines = [String](repeating: String(repeating: "x", count: 480), count: 64)
            return .deny(lines.joined(separator: "\n"), code: 550, enhanced: "5.7.1")
        case "blocks": while true { sleep(3600) }
        default: return .continue
        }
    }

    private func write<Kind>(_ call: borrowing Call<Kind>) throws -> Verdict {
        let status = Raw.setUser(call.host, call.token, "written")
        if mode == "write_fails" || status != HK_OK { throw PluginError("after the write") }
        return .ok
    }

    func later<Kind>(_ call: borrowing Call<Kind>) async throws -> Verdict {
        if mode == "never" { await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in } }
        try? await Task.sleep(for: time)
        if mode == "throws_late" { throw PluginError("thrown late, as told") }
        return .ok
    }

    func rcptLater(_ recipient: borrowing Recipient) async throws -> Verdict {
        if mode == "after_disconnect" { recipient.log(.notice, "contract: asked 0") }
        guard mode == "late_write" || mode == "write_crash" else { return try await later(recipient) }
        // A cancelled sleep ends at once, and this write is to come late.
        let clock = ContinuousClock(), end = clock.now + time
        while clock.now < end { usleep(10_000) }
        let status = Raw.setUser(recipient.host, recipient.token, "late")
        recipient.log(.notice, "contract: write \(status)")
        if mode == "write_crash" { abort() }
        return .ok
    }

    func first(_ recipient: borrowing Recipient) -> Verdict { inOrder(recipient, "-5") }

    func second(_ recipient: borrowing Recipient) -> Verdict { inOrder(recipient, "0") }

    func third(_ recipient: borrowing Recipient) -> Verdict { inOrder(recipient, "5") }

    /// Keeps the order of the runs in a note, and shows it in the last.
    private func inOrder(_ recipient: borrowing Recipient, _ mine: String) -> Verdict {
        let before = recipient.transactionNotes["order"]?.string
        let order = before.map { "\($0) \(mine)" } ?? mine
        recipient.transactionNotes["order"] = .string(order)
        return mine == "5" ? .deny(order, code: 550, enhanced: "5.7.1") : .continue
    }
}

@c(haraka_plugin_v1) public func entry(_: UInt16) -> UnsafePointer<hk_plugin>? { Contract.descriptor }
