internal import PluginABI

/// What `haraka_plugin_v1` gave, copied as far as both sides know it, with the state that `create` made.
@safe struct PluginDescriptor {
    private(set) var id = ""
    private(set) var version = ""
    private(set) var isSerial = false
    private(set) var isReloadable = false
    private(set) var plugin = unsafe hk_plugin()
    var state: UnsafeMutableRawPointer?

    init() {}

    /// Refuses what this host can't run; the plugin's struct may be longer or shorter than ours (R1).
    init(checking given: UnsafePointer<hk_plugin>) throws(Refusal) {
        let size = unsafe Int(given.pointee.struct_size)
        let needed = unsafe MemoryLayout<hk_plugin>.offset(of: \.start) ?? 0
        // Up to and with create.
        guard size >= needed else {
            throw Refusal("its hk_plugin says struct_size \(size), which ends before create", "rebuild with this SDK")
        }
        unsafe withUnsafeMutableBytes(of: &plugin) { copy in
            let part = min(size, copy.count)
            unsafe copy.copyMemory(from: UnsafeRawBufferPointer(start: given, count: part))
        }
        try check()
    }

    /// Why, and what the author or the operator does about it.
    struct Refusal: Error {
        let reason: String
        let fix: String

        init(_ reason: String, _ fix: String) {
            self.reason = reason
            self.fix = fix
        }
    }

    private mutating func check() throws(Refusal) {
        let (major, draft) = unsafe (Int32(plugin.abi_major), Int32(bitPattern: plugin.draft))
        guard major == HK_ABI_MAJOR else {
            throw Refusal("it was built for ABI major \(major), this host has \(HK_ABI_MAJOR)", "rebuild with this SDK")
        }
        guard draft == HK_ABI_DRAFT else {
            throw Refusal(
                "it was built with draft \(draft) of the ABI, this host has draft \(HK_ABI_DRAFT)",
                "rebuild with this SDK"
            )
        }
        guard let id = unsafe Text.copy(plugin.id), Self.isID(id) else {
            throw Refusal("its id is not 1 to 127 of the characters [A-Za-z0-9._-]", "set hk_plugin.id, reverse DNS")
        }
        guard unsafe plugin.create != nil else {
            throw Refusal("its hk_plugin has no create", "set hk_plugin.create")
        }
        self.id = id
        unsafe version = Text.copy(plugin.version) ?? ""
        let flags = unsafe Int(plugin.flags)
        isSerial = flags & Int(HK_PF_SERIAL) != 0
        isReloadable = flags & Int(HK_PF_RELOADABLE) != 0
    }

    private static func isID(_ id: String) -> Bool {
        (1...127).contains(id.utf8.count)
            && id.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
                default: false
                }
            }
    }

    var hasReconfigure: Bool { unsafe plugin.reconfigure != nil }

    func drain() {
        if let function = unsafe plugin.drain { unsafe function(state) }
    }

    func destroy() {
        if let function = unsafe plugin.destroy { unsafe function(state) }
    }
}
