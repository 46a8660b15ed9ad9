import Dispatch
import Glibc
package import PluginABI
package import PluginKit
import Synchronization

/// A server for tests: gives a plugin its configuration from files, calls its hooks and remembers what it did.
///
/// It speaks the C contract, as the real one does. One test uses one host, on one thread.
package final class FakeHost {
    /// What a hook answered.
    package struct Answer: Equatable, CustomStringConvertible {
        package var verdict: Int32
        package var code: Int32 = 0
        package var enhanced = ""
        package var text = ""

        package init(_ verdict: Int, _ code: Int32 = 0, _ enhanced: String = "", _ text: String = "") {
            self.verdict = Int32(verdict)
            self.code = code
            self.enhanced = enhanced
            self.text = text
        }

        package var description: String { "\(verdict) \(code) \(enhanced) \(text)" }
    }

    /// The service directory, a temporary folder.
    package let directory: String
    package var facts = Facts()
    package var notes: [String: Value] = [:]
    package var message: [String] = []
    /// Whether it still waits for the plugin's verdict.
    package var isLive = true
    package internal(set) var logs: [String] = []
    package internal(set) var results: [String] = []
    package internal(set) var nextHops: [String] = []
    /// How often the message was given to the queue.
    package internal(set) var enqueued = 0
    package internal(set) var capabilities: [String] = []
    /// What answered `auth_lookup`: mechanism, iterations and the lengths of salt and keys.
    package internal(set) var verifiers: [String] = []
    /// Whom the connection is to stand for.
    package internal(set) var identities: [ClientIdentity] = []
    /// A plugin may have several functions for one hook.
    package internal(set) var hooks: [String: [hk_hook]] = [:]
    /// What a host would say of each address that is delivered to; 250 of those that aren't named.
    package var fates: [String: Fate] = [:]
    /// Each delivery that the plugin has asked for: the hosts and the addresses.
    package internal(set) var deliveries: [String] = []
    /// Whether the queue takes messages.
    package var canQueue = true

    /// What is said of a recipient.
    package struct Fate {
        package var what: Int
        package var code: Int32
        package var enhanced: String
        package var text: String

        package init(_ what: Int, _ code: Int32, _ enhanced: String, _ text: String) {
            self.what = what
            self.code = code
            self.enhanced = enhanced
            self.text = text
        }
    }

    var staged = Answer(0)
    /// The verdict of a hook that answers later, and the sign that the plugin is done with the call.
    var late: Int32?
    let released = DispatchSemaphore(value: 0)
    private let table = UnsafeMutablePointer<hk_host>.allocate(capacity: 1)
    private let extensions = ExtensionTables()
    private var plugin: UnsafePointer<hk_plugin>?
    private var state: UnsafeMutableRawPointer?

    package init() {
        var template = Array("/tmp/haraka-fake-XXXXXX".utf8CString)
        directory = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) } ?? "/nonexistent"
        }
        mkdir("\(directory)/config", 0o700)
        fillTable()
    }

    deinit {
        table.deallocate()
        removeTree(directory)
    }

    /// Writes a file below `config/`.
    package func configure(_ file: String, _ text: String) {
        guard let stream = fopen("\(directory)/config/\(file)", "w") else { return }
        fputs(text, stream)
        fclose(stream)
    }

    /// Makes the plugin; the answer is what it complains about, nil when it is up.
    package func load<P: Plugin>(_ type: P.Type) -> String? {
        // In a program with several plugins `create` makes the one whose descriptor was taken last.
        FakeHost.loading.withLock { _ in load(P.descriptor) }
    }

    /// Opens a `.so` as a server does and makes its plugin.
    package func load(image path: String) -> String? {
        guard let image = dlopen(path, RTLD_NOW | RTLD_LOCAL), let symbol = dlsym(image, "haraka_plugin_v1") else {
            return dlerror().map { String(cString: $0) } ?? "dlopen"
        }
        let entry = unsafeBitCast(symbol, to: (@convention(c) (UInt16) -> UnsafePointer<hk_plugin>?).self)
        return load(entry(UInt16(HK_ABI_MINOR)))
    }

    /// The plugin's id and flags.
    package var identity: (id: String, flags: UInt32) { (plugin?.pointee.id.string ?? "", plugin?.pointee.flags ?? 0) }

    private func load(_ descriptor: UnsafePointer<hk_plugin>?) -> String? {
        plugin = descriptor
        return told { plugin?.pointee.create(table, &state, &$0) } ?? told { plugin?.pointee.start?(state, &$0) }
    }

    private static let loading = Mutex(())

    /// Tells it of a changed configuration; the answer is what it complains about.
    package func reconfigure() -> String? { told { plugin?.pointee.reconfigure?(state, &$0) } }

    /// Runs the plugin's functions for a hook until one has an opinion; nil when it has none.
    package func run(_ name: String) -> Answer? {
        guard let functions = hooks[name] else { return nil }
        for hook in functions.sorted(by: { $0.priority < $1.priority }) {
            staged = Answer(0)
            staged.verdict = facts.withArguments(hook.ud) { ask(hook, $0) }
            if staged.verdict != HK_V_CONT { break }
        }
        return staged
    }

    /// The same for hooks that answer later.
    ///
    /// They are waited for on a thread of their own: tests and the plugin's tasks share a few threads, which may not wait.
    package func runLater(_ name: String) async -> Answer? {
        nonisolated(unsafe) let host = self
        return await withCheckedContinuation { continuation in
            Self.waiting.async { continuation.resume(returning: host.run(name)) }
        }
    }

    private static let waiting = DispatchQueue(label: "fake host", attributes: .concurrent)

    /// Asks one function, and waits for it when it answers later.
    private func ask(_ hook: hk_hook, _ arguments: UnsafePointer<hk_args>) -> Int32 {
        let function = unsafeBitCast(hook.fn, to: (@convention(c) (UnsafePointer<hk_args>) -> Int32).self)
        let verdict = function(arguments)
        guard verdict == HK_V_PENDING else { return verdict }
        guard released.wait(timeout: .now() + 60) == .success else { return 0 }
        defer { late = nil }
        return late ?? 0
    }

    package var hookNames: [String] { hooks.keys.sorted() }

    /// The priorities of the plugin's functions for a hook, the first to run first.
    package func priorities(of name: String) -> [Int32] { (hooks[name] ?? []).map(\.priority).sorted() }

    /// The message as a server would hand it out.
    package var messageText: String { message.joined() }

    private func told(_ call: (inout hk_error) -> hk_status?) -> String? {
        var error = hk_error()
        error.struct_size = UInt32(MemoryLayout<hk_error>.size)
        guard let status = call(&error), status != HK_OK else { return nil }
        return withUnsafeBytes(of: error.text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    private func fillTable() {
        var host = hk_host()
        host.struct_size = UInt32(MemoryLayout<hk_host>.size)
        host.abi_major = UInt16(HK_ABI_MAJOR)
        host.draft = UInt32(HK_ABI_DRAFT)
        host.ctx = Unmanaged.passUnretained(self).toOpaque()
        host.get_extension = { context, id in
            id.flatMap { FakeHost.of(context).extensions.table(String(cString: $0)) }
        }
        host.log = { context, _, _, text in FakeHost.of(context).logs.append(text.string) }
        host.complete = { context, _, verdict, _ in
            FakeHost.of(context).late = verdict
            return hk_status(HK_OK)
        }
        table.initialize(to: host)
    }

    static func of(_ context: UnsafeMutableRawPointer?) -> FakeHost {
        guard let context else { preconditionFailure("The plugin lost the host's context.") }
        return Unmanaged<FakeHost>.fromOpaque(context).takeUnretainedValue()
    }
}

/// Removes a folder and all below it.
package func removeTree(_ path: String) {
    for name in entries(of: path) {
        if unlink("\(path)/\(name)") != 0 { removeTree("\(path)/\(name)") }
    }
    rmdir(path)
}

/// The names in a folder, sorted; none when there is no such folder.
package func entries(of path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
}

/// The text of a file; nil when it cannot be read.
package func contents(of path: String) -> String? {
    guard let stream = fopen(path, "r") else { return nil }
    defer { fclose(stream) }
    var text: [UInt8] = []
    var byte = getc(stream)
    while byte != EOF {
        text.append(UInt8(truncatingIfNeeded: byte))
        byte = getc(stream)
    }
    return String(decoding: text, as: UTF8.self)
}
