internal import CFFI
internal import PluginABI

/// How a plugin's function is called with the facts of a hook.
///
/// Both ways read `hk_args` where it lies: for named parameters libffi takes pointers to the fields.
@safe struct CallPlan: @unchecked Sendable {
    // Invariant: what the pointers lead to is written by prepare() and read-only ever after; it is never freed.
    @unsafe private enum Way {
        case direct
        case named(UnsafeMutablePointer<ffi_cif>, [Int])
    }

    private typealias Direct = @convention(c) (UnsafePointer<hk_args>) -> hk_verdict

    private let function: @convention(c) () -> Void
    private let way: Way

    /// nil when libffi can't prepare the call.
    init?(_ signature: Signature, function: @escaping @convention(c) () -> Void) {
        self.function = function
        switch signature.form {
        case .whole: unsafe way = .direct
        case .named(let parameters):
            guard let cif = unsafe Self.prepare(parameters) else { return nil }
            unsafe way = .named(cif, parameters.map(\.offset))
        }
    }

    @inline(__always)
    func call(_ args: UnsafeMutablePointer<hk_args>) -> hk_verdict {
        switch unsafe way {
        case .direct: return unsafe unsafeBitCast(function, to: Direct.self)(args)
        case .named(let cif, let offsets): return unsafe call(args, cif, offsets)
        }
    }

    private func call(
        _ args: UnsafeMutablePointer<hk_args>,
        _ cif: UnsafeMutablePointer<ffi_cif>,
        _ offsets: [Int]
    ) -> hk_verdict {
        let base = UnsafeMutableRawPointer(args)
        return unsafe withUnsafeTemporaryAllocation(of: UnsafeMutableRawPointer?.self, capacity: offsets.count) {
            values in
            for index in offsets.indices { unsafe values.initializeElement(at: index, to: base + offsets[index]) }
            // libffi writes results narrower than a register as a whole ffi_arg.
            var result: ffi_arg = 0
            unsafe ffi_call(cif, function, &result, values.baseAddress)
            return hk_verdict(truncatingIfNeeded: result)
        }
    }

    /// Made once for each registration, on the plugin's lane.
    private static func prepare(_ parameters: [Signature.Parameter]) -> UnsafeMutablePointer<ffi_cif>? {
        let types = UnsafeMutablePointer<UnsafeMutablePointer<ffi_type>?>.allocate(capacity: max(parameters.count, 1))
        for (index, parameter) in parameters.enumerated() {
            unsafe (types + index).initialize(to: type(of: parameter.letter))
        }
        let cif = UnsafeMutablePointer<ffi_cif>.allocate(capacity: 1)
        unsafe cif.initialize(to: ffi_cif())
        let status = unsafe ffi_prep_cif(cif, FFI_DEFAULT_ABI, UInt32(parameters.count), cffi_sint32(), types)
        guard status == FFI_OK else {
            unsafe types.deallocate()
            unsafe cif.deallocate()
            return nil
        }
        return unsafe cif
    }

    private static func type(of letter: UInt8) -> UnsafeMutablePointer<ffi_type> {
        switch ArgumentField.Kind(rawValue: letter) {
        case .int32: unsafe cffi_sint32()
        case .uint64: unsafe cffi_uint64()
        case .flag: unsafe cffi_uint8()
        case .text, .bytes: unsafe stringType
        case .pointer, nil: unsafe cffi_pointer()
        }
    }

    /// `hk_str`, by value: a pointer and a size.
    private nonisolated(unsafe) static let stringType: UnsafeMutablePointer<ffi_type> = {
        let elements = UnsafeMutablePointer<UnsafeMutablePointer<ffi_type>?>.allocate(capacity: 3)
        unsafe elements.initialize(to: cffi_pointer())
        unsafe (elements + 1).initialize(to: cffi_uint64())
        unsafe (elements + 2).initialize(to: nil)
        let type = UnsafeMutablePointer<ffi_type>.allocate(capacity: 1)
        unsafe type.initialize(
            to: ffi_type(size: 0, alignment: 0, type: UInt16(FFI_TYPE_STRUCT), elements: elements)
        )
        // The first use computes size and alignment; done here, on one thread, nothing writes to it later.
        var one: UnsafeMutablePointer<ffi_type>? = unsafe type
        var cif = unsafe ffi_cif()
        unsafe ffi_prep_cif(&cif, FFI_DEFAULT_ABI, 1, cffi_sint32(), &one)
        return unsafe type
    }()
}
