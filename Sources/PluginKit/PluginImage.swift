import Synchronization

/// This `.so`: the descriptor that it shows, and the plugin that `create` makes.
///
/// C's `create` is not told which descriptor it was read from, and need not be: an image has one plugin. In a test with
/// several the one whose descriptor was taken last is made.
enum PluginImage {
    private static let state = Mutex(State())

    private struct State {
        var descriptors: [ObjectIdentifier: Descriptor] = [:]
        var make: (@Sendable (Host) throws -> LoadedPlugin)?
    }

    /// An immortal and immutable descriptor.
    @safe private struct Descriptor: @unchecked Sendable {
        let pointer: UnsafePointer<hk_plugin>
    }

    static func descriptor<P: Plugin>(of type: P.Type) -> UnsafePointer<hk_plugin> {
        let descriptor = state.withLock { state in
            state.make = { host in try LoadedPlugin(P.self, host) }
            if let known = state.descriptors[ObjectIdentifier(type)] { return known }
            let new = unsafe Descriptor(pointer: describe(type))
            state.descriptors[ObjectIdentifier(type)] = new
            return new
        }
        return unsafe descriptor.pointer
    }

    private static func describe<P: Plugin>(_ type: P.Type) -> UnsafePointer<hk_plugin> {
        var plugin = unsafe hk_plugin()
        unsafe plugin.struct_size = UInt32(MemoryLayout<hk_plugin>.size)
        unsafe plugin.abi_major = UInt16(HK_ABI_MAJOR)
        unsafe plugin.abi_minor = UInt16(HK_ABI_MINOR)
        unsafe plugin.flags = P.flags.rawValue
        unsafe plugin.draft = UInt32(HK_ABI_DRAFT)
        unsafe plugin.id = .immortal(P.id)
        unsafe plugin.version = .immortal(P.version)
        unsafe plugin.create = create
        unsafe plugin.start = { state, error in unsafe answer(error) { try unsafe LoadedPlugin.at(state)?.start() } }
        unsafe plugin.reconfigure = { state, error in
            unsafe answer(error) { try unsafe LoadedPlugin.at(state)?.reconfigure() }
        }
        unsafe plugin.drain = { unsafe LoadedPlugin.at($0)?.drain() }
        unsafe plugin.destroy = { state in
            guard let state = unsafe state else { return }
            unsafe Unmanaged<LoadedPlugin>.fromOpaque(state).takeRetainedValue().destroy()
        }
        let place = UnsafeMutablePointer<hk_plugin>.allocate(capacity: 1)
        unsafe place.initialize(to: plugin)
        return unsafe UnsafePointer(place)
    }

    private static let create:
        @convention(c) (
            UnsafePointer<hk_host>?, UnsafeMutablePointer<UnsafeMutableRawPointer?>?, UnsafeMutablePointer<hk_error>?
        ) -> hk_status = { host, state, error in
            unsafe answer(error) {
                guard let host = unsafe host, let state = unsafe state,
                    let make = PluginImage.state.withLock({ $0.make })
                else { throw HostError(HK_E_INVALID, "create") }
                guard unsafe host.pointee.abi_major == HK_ABI_MAJOR, unsafe host.pointee.draft == HK_ABI_DRAFT else {
                    throw PluginError("the server has another draft of the plugin ABI: rebuild with this server's SDK")
                }
                let loaded = try unsafe make(Host(host))
                unsafe state.pointee = Unmanaged.passRetained(loaded).toOpaque()
            }
        }
}

extension LoadedPlugin {
    fileprivate static func at(_ state: UnsafeMutableRawPointer?) -> LoadedPlugin? {
        unsafe state.map { unsafe Unmanaged<LoadedPlugin>.fromOpaque($0).takeUnretainedValue() }
    }
}

/// Runs what may throw; the error becomes a status and one sentence for the administrator.
private func answer(_ error: UnsafeMutablePointer<hk_error>?, _ body: () throws -> Void) -> hk_status {
    do {
        try body()
        return hk_status(HK_OK)
    } catch let thrown {
        let status = (thrown as? HostError)?.status ?? hk_status(HK_E_FAILED)
        unsafe error?.pointee.code = status
        unsafe error?.write("\(thrown)")
        return status
    }
}

extension UnsafeMutablePointer<hk_error> {
    /// Fills the text, cut between characters, NUL-ended.
    fileprivate func write(_ text: String) {
        unsafe withUnsafeMutableBytes(of: &pointee.text) { room in
            var length = 0
            for character in text {
                let bytes = Array(character.utf8)
                guard length + bytes.count < room.count else { break }
                for byte in bytes {
                    unsafe room[length] = byte
                    length += 1
                }
            }
            unsafe room[length] = 0
        }
    }
}
