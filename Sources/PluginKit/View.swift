/// What a view with no bytes points at when it is present: an empty text is not an absent one.
private let emptyText: StaticString = ""

extension hk_str {
    /// The view that stands for nothing.
    static var absent: hk_str { unsafe hk_str(ptr: nil, len: 0) }
}

extension String {
    /// Copies a view; bytes that are not UTF-8 become U+FFFD.
    init(_ view: hk_str) {
        self = unsafe String(decoding: UnsafeRawBufferPointer(view), as: UTF8.self)
    }

    /// Lends the text as a view that is good until the closure returns.
    func withView<R>(_ body: (hk_str) -> R) -> R {
        var text = self
        return text.withUTF8 { unsafe body(hk_str($0)) }
    }
}

extension String? {
    /// Lends the text, or the absent view.
    func withView<R>(_ body: (hk_str) -> R) -> R {
        guard let self else { return unsafe body(.absent) }
        return unsafe self.withView(body)
    }
}

extension [UInt8] {
    /// Lends the bytes as a view that is good until the closure returns.
    func withView<R>(_ body: (hk_str) -> R) -> R {
        unsafe withUnsafeBufferPointer { unsafe body(hk_str($0)) }
    }
}

extension hk_str {
    fileprivate init(_ bytes: UnsafeBufferPointer<UInt8>) {
        let start = unsafe bytes.baseAddress ?? emptyText.utf8Start
        unsafe self.init(ptr: UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self), len: bytes.count)
    }

    /// Copies a text to memory that is never given back, for what must live as long as the process.
    static func immortal(_ text: String) -> hk_str {
        let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.utf8.count)
        _ = unsafe copy.initialize(from: text.utf8)
        return unsafe hk_str(UnsafeBufferPointer(copy))
    }
}

extension UnsafeRawBufferPointer {
    /// The bytes that a view names.
    init(_ view: hk_str) {
        unsafe self.init(start: view.ptr, count: view.ptr == nil ? 0 : view.len)
    }
}
