extension Value {
    /// Asks a "cap, need" function (haraka_plugin.h) for a value: first with room on the stack, then with what it needs.
    static func ask(
        _ question: (
            UnsafeMutablePointer<hk_value>, UnsafeMutablePointer<CChar>?, Int, UnsafeMutablePointer<Int>
        ) -> hk_status
    ) -> (status: hk_status, value: Value?) {
        var room = 512
        for _ in 0..<4 {  // the value may grow between two questions
            var need = 0
            let answer = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: room) { buffer in
                var raw = unsafe hk_value()
                let status = unsafe question(&raw, buffer.baseAddress, buffer.count, &need)
                return status == HK_OK ? (status, unsafe Value(raw)) : (status, nil)
            }
            guard answer.0 == HK_E_BUFFER, need > room else { return answer }
            room = need
        }
        return (hk_status(HK_E_BUFFER), nil)
    }

    /// The same for a function that gives bytes without a type.
    static func askBytes(
        _ question: (UnsafeMutablePointer<CChar>?, Int, UnsafeMutablePointer<Int>) -> hk_status
    ) -> (status: hk_status, value: Value?) {
        unsafe ask { raw, buffer, capacity, need in
            let status = unsafe question(buffer, capacity, need)
            unsafe raw.pointee.type = UInt32(HK_T_STR)
            unsafe raw.pointee.as.s = hk_str(ptr: buffer, len: need.pointee)
            return status
        }
    }

    private init?(_ raw: hk_value) {
        switch unsafe Int(raw.type) {
        case HK_T_BOOL: self = unsafe .bool(raw.as.u != 0)
        case HK_T_I64: self = unsafe .int(raw.as.i)
        case HK_T_U64: self = unsafe .uint(raw.as.u)
        case HK_T_F64: self = unsafe .double(raw.as.d)
        case HK_T_STR: self = unsafe .string(String(raw.as.s))
        case HK_T_BYTES: self = unsafe .bytes(Array(UnsafeRawBufferPointer(raw.as.s)))
        default: return nil
        }
    }

    /// Lends the value in its C form.
    func withRaw<R>(_ body: (UnsafePointer<hk_value>) -> R) -> R {
        var raw = unsafe hk_value()
        switch self {
        case .bool(let value):
            unsafe raw.type = UInt32(HK_T_BOOL)
            unsafe raw.as.u = value ? 1 : 0
        case .int(let value):
            unsafe raw.type = UInt32(HK_T_I64)
            unsafe raw.as.i = value
        case .uint(let value):
            unsafe raw.type = UInt32(HK_T_U64)
            unsafe raw.as.u = value
        case .double(let value):
            unsafe raw.type = UInt32(HK_T_F64)
            unsafe raw.as.d = value
        case .string(let value):
            return unsafe value.withView { view in
                var raw = unsafe hk_value(type: UInt32(HK_T_STR), reserved: 0, as: .init(s: view))
                return unsafe body(&raw)
            }
        case .bytes(let value):
            return unsafe value.withView { view in
                var raw = unsafe hk_value(type: UInt32(HK_T_BYTES), reserved: 0, as: .init(s: view))
                return unsafe body(&raw)
            }
        }
        return unsafe body(&raw)
    }
}
