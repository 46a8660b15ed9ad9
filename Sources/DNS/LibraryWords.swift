internal import CUnbound
internal import Glibc

/// Takes down what libunbound logs while a context is set up, for there it says what it doesn't like.
///
/// Only for as long as the set-up takes: the log is one for the whole process. Safe: the pointers are its own and go
/// nowhere, and the context outlives it.
@safe
struct LibraryWords: ~Copyable {
    private let context: OpaquePointer
    private let stream: UnsafeMutablePointer<FILE>
    private let room: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: UnsafeMutablePointer<Int>

    init?(_ context: OpaquePointer) {
        unsafe room = .allocate(capacity: 1)
        unsafe count = .allocate(capacity: 1)
        unsafe room.initialize(to: nil)
        unsafe count.initialize(to: 0)
        guard let stream = unsafe open_memstream(room, count) else {
            unsafe room.deallocate()
            unsafe count.deallocate()
            return nil
        }
        unsafe self.context = context
        unsafe self.stream = stream
        unsafe ub_ctx_debugout(context, stream)
    }

    deinit {
        // From here on libunbound logs nothing: what it says of single answers comes with them.
        unsafe ub_ctx_debugout(context, nil)
        unsafe fclose(stream)
        unsafe free(room.pointee)
        unsafe room.deallocate()
        unsafe count.deallocate()
    }

    /// The first complaint, without what libunbound puts before it; nil when there was none.
    ///
    /// The first says what is wrong, those after it what failed because of it.
    var firstComplaint: String? {
        unsafe fflush(stream)
        guard let start = unsafe room.pointee else { return nil }
        let text = unsafe String(decoding: UnsafeRawBufferPointer(start: start, count: count.pointee), as: UTF8.self)
        for line in text.split(separator: "\n") {
            guard let mark = line.firstRange(of: "error: ") else { continue }
            return String(line[mark.upperBound...])
        }
        return nil
    }
}
