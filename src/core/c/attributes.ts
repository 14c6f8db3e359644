// The kernel's words that say something to the compiler or to sparse and nothing about what the code does.

/** Words that are blanked wherever they stand (include/linux/compiler_types.h, compiler_attributes.h, init.h, linkage.h). */
const PLAIN: ReadonlySet<string> = new Set(
  `__user __kernel __force __nocast __iomem __rcu __percpu __private __safe __chk_user_ptr __bitwise
  __init __exit __initdata __initconst __exitdata __meminit __memexit __devinit __devexit __devinitdata __cpuinit __cpuinitdata
  __net_init __net_exit __net_initdata __ref __refdata __refconst __init_or_module __initdata_or_module __head_text
  __must_check __always_inline __inline __inline__ __noreturn __pure __used __maybe_unused __unused __always_unused __weak
  __cold __hot __flatten __deprecated __visible __read_mostly __ro_after_init __randomize_layout __no_randomize_layout
  __designated_init __packed __attribute_const__ __no_sanitize_address __no_kcsan __no_kasan_or_inline __no_sanitize_memory
  __latent_entropy __malloc __noclone __noinline __sched __cpuidle __lockfunc __kprobes __irq_entry __softirq_entry __entry_text
  __noendbr __nocfi __nostackprotector __ro_after_init_idmap __extension__ __volatile __volatile__ __page_aligned_bss
  __page_aligned_data __cacheline_aligned __cacheline_aligned_in_smp ____cacheline_aligned ____cacheline_aligned_in_smp
  ____cacheline_internodealigned_in_smp __percpu_data __pcpu_scope __transparent_union __mode __cold_text
  asmlinkage noinline notrace nokprobe_inline fastcall noinline_for_stack noinstr inline noreturn __bpf_kfunc __rust_helper
  fallthrough_attribute __free_unused __no_profile __aligned_largest __always_inline__ __cleanup_unused __hidden
  __exit_p __assume_ctx_lock __counted __noscs __no_stack_protector __diagnose_as_builtin __compiletime_object_size
  __exception_irq_entry __private_extern __sparse_must_hold __nonstring __lsm_ro_after_init asmlinkage_visible`
    .split(/\s+/),
);

/** Words that take an argument list, which is blanked with them. */
const WITH_ARGUMENTS: ReadonlySet<string> = new Set(
  `__attribute__ __attribute __aligned __section __printf __scanf __gnu_printf __alloc_size __alias __assume_aligned __copy
  __counted_by __counted_by_le __counted_by_be __acquires __releases __must_hold __cond_acquires __acquires_shared
  __releases_shared __must_hold_shared __cond_lock_annotation __guarded_by __pt_guarded_by __free __cleanup __nonnull
  __no_sanitize __error __warning __compiletime_error __compiletime_warning __diagnose_if __realloc_size __access
  __declspec __asm_alias __cond_releases __printf_like __deprecated_msg __bitwise__ __element_count __counted_by_ptr
  __no_context_analysis __struct_size_of`
    .split(/\s+/),
);

export type AttributeKind = "plain" | "with-arguments" | null;

/** What kind of attribute a word is, if it is one. `__u32` and the like are types and give null. */
export function attributeKind(word: string): AttributeKind {
  if (PLAIN.has(word)) return "plain";
  if (WITH_ARGUMENTS.has(word)) return "with-arguments";
  return null;
}
