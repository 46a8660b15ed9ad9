internal import COpenSSL

/// The two ends of OpenSSL's transport: ciphertext that is lent to it for the length of a call, and what it has written.
///
/// Used by one engine on one thread at a time; the BIO that is made of it must not outlive it.
@safe
final class CipherPipe {
    private var input = unsafe UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    private var position = 0
    private(set) var output = ByteQueue()

    var inputCount: Int { unsafe input.count - position }

    /// Lets OpenSSL read these bytes while the body runs; what it leaves is forgotten.
    func lending(_ bytes: Span<UInt8>, _ body: () -> Void) {
        unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe input = bytes
            position = 0
            body()
            unsafe input = UnsafeBufferPointer(start: nil, count: 0)
            position = 0
        }
    }

    func dropOutput(_ count: Int) { output.drop(count) }
    func reserveOutput(_ count: Int) { output.reserve(count) }

    fileprivate func read(into target: UnsafeMutablePointer<CChar>, _ count: Int) -> Int {
        let taken = min(count, inputCount)
        guard taken > 0, let start = unsafe input.baseAddress else { return 0 }
        unsafe UnsafeMutableRawPointer(target).copyMemory(from: start + position, byteCount: taken)
        position += taken
        return taken
    }

    fileprivate func write(_ source: UnsafePointer<CChar>, _ count: Int) {
        let bytes = unsafe UnsafeRawBufferPointer(start: source, count: count)
        output.append(unsafe bytes.bindMemory(to: UInt8.self).span)
    }

    /// A BIO over this pipe, which the caller owns.
    func makeBIO() -> OpaquePointer {
        guard let bio = unsafe BIO_new(Self.method.pointer) else { preconditionFailure("OpenSSL has no memory left.") }
        unsafe BIO_set_data(bio, Unmanaged.passUnretained(self).toOpaque())
        return unsafe bio
    }

    private static let method = Method()

    /// The table of functions of such a BIO: made once, never changed, never freed.
    @safe
    private final class Method: @unchecked Sendable {
        let pointer: OpaquePointer

        init() {
            guard let method = unsafe BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "haraka") else {
                preconditionFailure("OpenSSL has no memory left.")
            }
            unsafe BIO_meth_set_read(method, readFromPipe)
            unsafe BIO_meth_set_write(method, writeToPipe)
            unsafe BIO_meth_set_ctrl(method, controlPipe)
            unsafe pointer = method
        }
    }
}

/// What a call leaves in a BIO about trying again.
private let pipeFlags = BIO_FLAGS_READ | BIO_FLAGS_WRITE | BIO_FLAGS_SHOULD_RETRY

private func pipe(of bio: OpaquePointer?) -> CipherPipe? {
    guard let data = unsafe BIO_get_data(bio) else { return nil }
    return unsafe Unmanaged<CipherPipe>.fromOpaque(data).takeUnretainedValue()
}

private func readFromPipe(_ bio: OpaquePointer?, _ target: UnsafeMutablePointer<CChar>?, _ count: Int32) -> Int32 {
    unsafe BIO_clear_flags(bio, pipeFlags)
    guard let pipe = unsafe pipe(of: bio), let target = unsafe target, count > 0 else { return 0 }
    let taken = unsafe pipe.read(into: target, Int(count))
    if taken > 0 { return Int32(taken) }
    unsafe BIO_set_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY)
    return -1
}

private func writeToPipe(_ bio: OpaquePointer?, _ source: UnsafePointer<CChar>?, _ count: Int32) -> Int32 {
    unsafe BIO_clear_flags(bio, pipeFlags)
    guard let pipe = unsafe pipe(of: bio), let source = unsafe source, count > 0 else { return 0 }
    unsafe pipe.write(source, Int(count))
    return count
}

private func controlPipe(_ bio: OpaquePointer?, _ command: Int32, _: Int, _: UnsafeMutableRawPointer?) -> Int {
    command == BIO_CTRL_FLUSH ? 1 : 0
}
