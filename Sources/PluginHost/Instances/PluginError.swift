internal import PluginABI

/// The `hk_error` that a plugin fills.
@safe struct PluginError {
    var given = hk_error()

    init() { given.struct_size = UInt32(MemoryLayout<hk_error>.size) }

    /// What it wrote, without control characters; "" when it wrote nothing.
    var text: String {
        unsafe withUnsafeBytes(of: given.text) { bytes in
            let length = unsafe bytes.firstIndex(of: 0) ?? bytes.count
            let view = unsafe hk_str(ptr: bytes.baseAddress?.assumingMemoryBound(to: CChar.self), len: length)
            return unsafe Text.line(view, limit: length)
        }
    }
}
