import PluginABI
import Synchronization

@testable import PluginKit

/// A host without a server: it hands out what the test gives it and records what the plugin does.
@safe final class FakeHost: @unchecked Sendable {  // the tables are never changed, the record has a lock
    struct Reply: Equatable {
        var code: Int32 = 0
        var enhanced: String?
        var text: String?
    }

    @safe struct Registered {
        let name: String
        let signature: String
        let flags: Int
        let priority: Int32
        let timeout: UInt32
        let entry: hk_hook
    }

    /// All that happened, under one lock.
    @safe struct Record {
        var hooks: [Registered] = []
        var logs: [String] = []
        var replies: [hk_call: Reply] = [:]
        var completed: [hk_call: hk_verdict] = [:]
        var kept: [hk_call: Int] = [:]
        var writes: [String] = []
        var notes: [String: Value] = [:]
        var config: [String: String] = [:]
        var documents: [String: String] = [:]
        var facts: [String: String] = [:]
        var message: [[UInt8]] = []
        var headers: [String: [String]] = [:]
        var timers: [hk_timer: FakeTimer] = [:]
        var net = FakeNet()
        var refusedWrites: hk_status = 0
        var lastCall: hk_call = 0
        var waiting: [(need: @Sendable (Record) -> Bool, resume: CheckedContinuation<Void, Never>)] = []
    }

    let record = Mutex(Record())
    private let arena = FakeArena()
    private(set) var plugin: UnsafePointer<hk_plugin>?
    private(set) var state: UnsafeMutableRawPointer?
    private static let loading = Mutex(())

    /// Makes one plugin, as a loader does.
    func load<P: Plugin>(_ type: P.Type) throws(Refusal) {
        let host = unsafe arena.keep(FakeTables.host(self))
        var error = hk_error()
        let status = Self.loading.withLock { _ in  // create makes the plugin whose descriptor was taken last
            unsafe plugin = P.descriptor
            return unsafe plugin?.pointee.create(host, &state, &error) ?? hk_status(HK_E_FAILED)
        }
        guard status == HK_OK else { throw Refusal(status: status, text: text(of: error)) }
    }

    /// The host without a plugin on it.
    func bareHost() -> Host { unsafe Host(arena.keep(FakeTables.host(self))) }

    struct Refusal: Error, Equatable {
        let status: hk_status
        let text: String
    }

    private func text(of error: hk_error) -> String {
        unsafe withUnsafeBytes(of: error.text) { unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    /// Runs the function that was registered on that hook; the answer is its token and its verdict.
    @discardableResult
    func run(_ hook: String, _ texts: [String: String] = [:]) -> (hk_call, hk_verdict) {
        let (call, registered) = record.withLock { record in
            record.lastCall += 1
            return (record.lastCall, record.hooks.first { $0.name == hook })
        }
        guard let entry = unsafe registered?.entry, let function = unsafe entry.fn else { return (call, -1) }
        var args = unsafe hk_args()
        unsafe args.struct_size = UInt32(MemoryLayout<hk_args>.size)
        unsafe args.ud = entry.ud
        unsafe args.call = call
        unsafe args.session = 7
        unsafe args.txn = 8
        unsafe args.rcpt_count = 1
        unsafe args.remote_port = 2525
        unsafe args.size = 1234
        unsafe FakeFacts.fill(&args, texts, arena)
        let run = unsafe unsafeBitCast(function, to: (@convention(c) (UnsafePointer<hk_args>?) -> hk_verdict).self)
        return unsafe (call, run(arena.keep(args)))
    }

    /// Returns when the record is as wanted; the test's own time limit is the deadline.
    func until(_ need: @escaping @Sendable (Record) -> Bool) async {
        await withCheckedContinuation { continuation in
            let now = record.withLock { record in
                if need(record) { return true }
                record.waiting.append((need, continuation))
                return false
            }
            if now { continuation.resume() }
        }
    }

    /// Changes the record and wakes who waited for that.
    func note<R: Sendable>(_ change: (inout Record) -> sending R) -> R {
        let (result, ready) = record.withLock { record in
            let result = change(&record)
            let waiting = record.waiting
            record.waiting = []
            var ready: [CheckedContinuation<Void, Never>] = []
            for waiter in waiting {
                if waiter.need(record) { ready.append(waiter.resume) } else { record.waiting.append(waiter) }
            }
            return (result, ready)
        }
        for continuation in ready { continuation.resume() }
        return result
    }

    func start() -> hk_status {
        var error = hk_error()
        return unsafe plugin?.pointee.start(state, &error) ?? -99
    }

    func reconfigure() -> hk_status {
        var error = hk_error()
        return unsafe plugin?.pointee.reconfigure(state, &error) ?? -99
    }

    func destroy() {
        unsafe plugin?.pointee.destroy(state)
        unsafe state = nil
    }

    /// Tells the plugin that a call was given up.
    func cancel(_ hook: String, _ call: hk_call) {
        let entry = unsafe record.withLock { unsafe $0.hooks.first { $0.name == hook }?.entry }
        unsafe entry?.cancel(entry?.ud, call, Int32(HK_CANCEL_TIMEOUT))
    }

    func keep<T>(_ value: T) -> UnsafePointer<T> { unsafe arena.keep(value) }

    func view(_ bytes: [UInt8]) -> hk_str { unsafe arena.view(bytes) }
}
