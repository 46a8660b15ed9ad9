internal import Glibc
internal import PluginABI
internal import System

/// Leads a plugin through its life, from dlopen to destroy, in this process.
struct PluginLife {
    private let file: String
    private let host: RecordingHost.Kind

    private typealias Entry = @convention(c) (UInt16) -> UnsafePointer<hk_plugin>?

    init(_ file: String, _ host: RecordingHost.Kind) {
        self.file = file
        self.host = host
    }

    func lead(_ report: consuming FileDescriptor) {
        let recorder = Recorder(report: report)
        recorder.tell(.step("dlopen with its constructors"))
        guard let entry = unsafe open(recorder) else { return }
        recorder.tell(.step("haraka_plugin_v1"))
        guard let plugin = unsafe descriptor(entry, recorder) else { return }
        unsafe live(plugin, recorder)
    }

    private func open(_ recorder: Recorder) -> Entry? {
        guard let image = unsafe dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) else {
            let reason = unsafe dlerror().map { unsafe String(cString: $0) } ?? "no reason given"
            recorder.tell(.finding(.failure("the loader does not take it: \(reason)", fix: "Link what is missing")))
            return nil
        }
        guard let symbol = unsafe dlsym(image, "haraka_plugin_v1") else { return nil }
        return unsafe unsafeBitCast(symbol, to: Entry.self)
    }

    private func descriptor(_ entry: Entry, _ recorder: Recorder) -> hk_plugin? {
        let minor = UInt16(HK_ABI_MINOR)
        guard let first = unsafe entry(minor) else {
            let text = "haraka_plugin_v1(\(minor)) gives NULL: it needs a newer host"
            recorder.tell(.finding(.failure(text, fix: "Build it with this server's SDK")))
            return nil
        }
        let findings = unsafe [
            Finding.require(
                entry(minor) == first,
                "its entry gives the same descriptor every time",
                else: "its entry gives another descriptor when it is called again",
                fix: "Return the address of one constant"
            ),
            Finding.require(
                entry(UInt16.max) != nil,
                "its entry accepts a host of a later minor version",
                else: "its entry gives NULL to a host of a later minor version",
                fix: "Return NULL only when host_minor is smaller than what it needs"
            ),
        ]
        for finding in findings { recorder.tell(.finding(finding)) }
        return unsafe DescriptorCheck.read(first, recorder)
    }

    private func live(_ plugin: hk_plugin, _ recorder: Recorder) {
        recorder.noteSerial(unsafe plugin.flags & UInt32(HK_PF_SERIAL) != 0)
        let table = unsafe RecordingHost.make(host, for: recorder)
        var error = hk_error()
        error.struct_size = UInt32(MemoryLayout<hk_error>.size)
        var state: UnsafeMutableRawPointer?
        recorder.tell(.step("create"))
        guard let create = unsafe plugin.create else { return }
        let created = unsafe create(table, &state, &error)
        guard accepted(created, "create", error, recorder) else { return recorder.tell(.done) }
        if let start = unsafe plugin.start {
            recorder.tell(.step("start"))
            guard accepted(unsafe start(state, &error), "start", error, recorder) else { return recorder.tell(.done) }
        }
        recorder.enter(.started)
        if host == .complete {
            recorder.tell(.finding(recorder.hooks > 0 ? .ok("it registers \(recorder.hooks) hooks") : Self.idle))
        }
        recorder.tell(.step("drain"))
        if let drain = unsafe plugin.drain { unsafe drain(state) }
        recorder.tell(.step("destroy"))
        if let destroy = unsafe plugin.destroy { unsafe destroy(state) }
        recorder.enter(.destroyed)
        recorder.tell(.finding(.ok("it was created, started, drained and destroyed")))
        recorder.tell(.done)
    }

    private static let idle = Finding.warning(
        "it registers no hook with an empty configuration",
        fix: "Call add of haraka.hooks/1 in create, unless that is meant"
    )

    /// A plugin may refuse, because its configuration is empty here; it has to say why.
    private func accepted(_ status: hk_status, _ call: String, _ error: hk_error, _ recorder: Recorder) -> Bool {
        if status == 0 { return true }
        guard let text = CText.string(error) else {
            let text = "\(call) answers \(status) without a word in hk_error.text"
            recorder.tell(.finding(.failure(text, fix: "Say there what the administrator has to do")))
            return false
        }
        if host == .bare {
            recorder.tell(.finding(.ok("\(call) refuses with a sentence: \(text)")))
        } else {
            let fix = "Fine if it needs a setting; otherwise it should work without any"
            recorder.tell(.finding(.warning("\(call) refuses with an empty configuration: \(text)", fix: fix)))
        }
        return false
    }
}
