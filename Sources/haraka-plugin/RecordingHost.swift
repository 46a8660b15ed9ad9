internal import PluginABI

/// A host that serves nobody: it has every extension that the server has, an empty configuration, and takes down what
/// a plugin registers.
enum RecordingHost {
    /// As which host it presents itself.
    enum Kind: String, CaseIterable, Sendable {
        /// This server.
        case complete
        /// One that knows no extension.
        case bare
        /// A later one of the same major version: larger tables, a higher minor version.
        case later
    }

    /// The host table for a plugin.
    ///
    /// All of it lives as long as the process, as rule R7 of the header wants.
    static func make(_ kind: Kind, for recorder: Recorder) -> UnsafePointer<hk_host> {
        let (major, minor) = (UInt16(HK_ABI_MAJOR), kind == .later ? UInt16.max : UInt16(HK_ABI_MINOR))
        let host = unsafe hk_host(
            struct_size: 0,
            abi_major: major,
            abi_minor: minor,
            draft: UInt32(HK_ABI_DRAFT),
            reserved: 0,
            product: CText.view("haraka-plugin"),
            version: CText.view("0.1.0"),
            plugin_name: CText.view("probe"),
            ctx: Unmanaged.passRetained(Context(recorder, kind)).toOpaque(),
            get_extension: { ctx, id in unsafe RecordingHost.extension(ctx, id) },
            log: { ctx, level, _, text in unsafe RecordingHost.recorder(ctx)?.log(level, text) },
            complete: { ctx, _, _, _ in unsafe RecordingHost.stale(ctx) }
        )
        return unsafe UnsafePointer(Tables.place(host, kind).assumingMemoryBound(to: hk_host.self))
    }

    /// What the host functions get as their first argument.
    @safe private final class Context {
        let recorder: Recorder
        let kind: Kind
        let tables: [String: UnsafeRawPointer]

        init(_ recorder: Recorder, _ kind: Kind) {
            self.recorder = recorder
            self.kind = kind
            unsafe tables = kind == .bare ? [:] : Tables.all(kind)
        }
    }

    private static func context(_ ctx: UnsafeMutableRawPointer?) -> Context? {
        unsafe ctx.map { unsafe Unmanaged<Context>.fromOpaque($0).takeUnretainedValue() }
    }

    static func recorder(_ ctx: UnsafeMutableRawPointer?) -> Recorder? { unsafe context(ctx)?.recorder }

    static func answer(_ ctx: UnsafeMutableRawPointer?, _ status: Int) -> hk_status {
        unsafe recorder(ctx)?.answer(status) ?? hk_status(HK_E_INVALID)
    }

    /// No session is ever served here, so every token is stale.
    static func stale(_ ctx: UnsafeMutableRawPointer?) -> hk_status { unsafe answer(ctx, HK_E_STALE) }

    private static func `extension`(_ ctx: UnsafeMutableRawPointer?, _ id: UnsafePointer<CChar>?) -> UnsafeRawPointer? {
        guard let context = unsafe context(ctx), let name = unsafe CText.string(id) else { return nil }
        context.recorder.tell(.asked(name))
        return unsafe context.tables[name]
    }
}
