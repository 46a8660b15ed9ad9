internal import PluginABI

/// Reads text that a plugin hands over.
enum CText {
    static func string(_ text: UnsafePointer<CChar>?) -> String? {
        unsafe text.map { unsafe String(cString: $0) }
    }

    static func string(_ text: hk_str, limit: Int = 1_024) -> String? {
        guard let start = unsafe text.ptr else { return nil }
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: min(text.len, limit))
        return unsafe String(decoding: bytes, as: UTF8.self)
    }

    /// The sentence of a refusal; nil when there is none.
    static func string(_ error: hk_error) -> String? {
        let text = unsafe withUnsafeBytes(of: error.text) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return text.isEmpty ? nil : text
    }

    /// A view of text that lives as long as the process.
    static func view(_ text: String) -> hk_str {
        let bytes = UnsafeMutablePointer<CChar>.allocate(capacity: text.utf8.count + 1)
        for (index, byte) in text.utf8.enumerated() { unsafe bytes[index] = CChar(bitPattern: byte) }
        unsafe bytes[text.utf8.count] = 0
        return unsafe hk_str(ptr: bytes, len: text.utf8.count)
    }
}
