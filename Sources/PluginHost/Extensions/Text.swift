internal import PluginABI

/// Between `hk_str` and String.
enum Text {
    /// A copy of a view that is UTF-8; nil when it is absent or isn't.
    static func copy(_ view: hk_str) -> String? {
        guard let start = unsafe view.ptr else { return nil }
        return unsafe String(validating: UnsafeRawBufferPointer(start: start, count: view.len), as: UTF8.self)
    }

    /// A view of a text that stays for as long as the process lives.
    static func forever(_ text: String) -> hk_str {
        let bytes = UnsafeMutableBufferPointer<CChar>.allocate(capacity: max(text.utf8.count, 1))
        for (index, byte) in text.utf8.enumerated() { unsafe bytes[index] = CChar(bitPattern: byte) }
        return unsafe hk_str(ptr: bytes.baseAddress, len: text.utf8.count)
    }

    /// A table that stays for as long as the process lives.
    static func forever<Table>(_ table: Table) -> UnsafePointer<Table> {
        let place = UnsafeMutablePointer<Table>.allocate(capacity: 1)
        unsafe place.initialize(to: table)
        return unsafe UnsafePointer(place)
    }

    /// A copy of a view's bytes; nil when it is absent.
    static func bytes(_ view: hk_str) -> [UInt8]? {
        guard let start = unsafe view.ptr else { return nil }
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: view.len))
    }

    /// A copy whose bad bytes are replaced, cut at a length and without control characters.
    static func line(_ view: hk_str, limit: Int) -> String {
        guard let start = unsafe view.ptr else { return "" }
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: min(view.len, limit))
        let text = unsafe String(decoding: bytes, as: UTF8.self)
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var line = ""
        for scalar in text.unicodeScalars {
            if isControl(scalar) { line += escaped(scalar) } else { line.unicodeScalars.append(scalar) }
        }
        return line
    }

    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        // U+2028 and U+2029 end a line for some readers; the C1 controls reach terminals.
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028 || scalar.value == 0x2029
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        let hex = String(scalar.value, radix: 16)
        return scalar.value < 0x100 ? "\\x" + (hex.utf8.count < 2 ? "0" : "") + hex : "\\u{" + hex + "}"
    }

    /// Fills a caller's buffer after the header's rule of "cap, need".
    static func fill(
        _ bytes: UnsafeRawBufferPointer,
        _ buffer: UnsafeMutablePointer<CChar>?,
        _ capacity: Int,
        _ need: UnsafeMutablePointer<Int>?
    ) -> hk_status {
        if let need = unsafe need { unsafe need.pointee = bytes.count }
        guard bytes.count <= capacity, unsafe buffer != nil || bytes.isEmpty else { return Status.buffer }
        if let buffer = unsafe buffer, let source = bytes.baseAddress {
            unsafe UnsafeMutableRawPointer(buffer).copyMemory(from: source, byteCount: bytes.count)
        }
        return Status.ok
    }

    /// The same for text, with the value that views it.
    static func fill(
        _ text: String,
        _ value: UnsafeMutablePointer<hk_value>?,
        _ buffer: UnsafeMutablePointer<CChar>?,
        _ capacity: Int,
        _ need: UnsafeMutablePointer<Int>?
    ) -> hk_status {
        var text = text
        return text.withUTF8 { bytes in
            unsafe fill(UnsafeRawBufferPointer(bytes), type: HK_T_STR, value, buffer, capacity, need)
        }
    }

    static func fill(
        _ bytes: UnsafeRawBufferPointer,
        type: Int,
        _ value: UnsafeMutablePointer<hk_value>?,
        _ buffer: UnsafeMutablePointer<CChar>?,
        _ capacity: Int,
        _ need: UnsafeMutablePointer<Int>?
    ) -> hk_status {
        let status = unsafe fill(bytes, buffer, capacity, need)
        guard status == Status.ok, let value = unsafe value else { return status }
        unsafe value.pointee = hk_value()
        unsafe value.pointee.type = UInt32(type)
        // An empty text is present: it has an address, if only the value's own.
        let start = unsafe buffer ?? UnsafeMutableRawPointer(value).assumingMemoryBound(to: CChar.self)
        unsafe value.pointee.as.s = hk_str(ptr: start, len: bytes.count)
        return Status.ok
    }

    /// Gives a text to a sink in parts of at most 16 KiB.
    static func write(_ text: String, to sink: hk_sink) -> hk_status {
        guard let write = unsafe sink.write else { return Status.invalid }
        var text = text
        return text.withUTF8 { bytes in
            var offset = 0
            while offset < bytes.count {
                let part = min(16 << 10, bytes.count - offset)
                let status = unsafe bytes.baseAddress.map { base in
                    unsafe UnsafeRawPointer(base + offset).withMemoryRebound(to: CChar.self, capacity: part) { start in
                        unsafe write(sink.ctx, hk_str(ptr: start, len: part))
                    }
                }
                if let status, status != 0 { return status }
                offset += part
            }
            return Status.ok
        }
    }
}
