(* What all files share: lemmas about real numbers, each proved here from Coq's own library, and sums over lists. *)
From Coq Require Export Reals Lra List.
Export ListNotations.
Open Scope R_scope.

(* Products and sums of what is positive (s) or not negative (n). *)
Lemma mul_ss a b : 0 < a -> 0 < b -> 0 < a * b. Proof. apply Rmult_lt_0_compat. Qed.
Lemma mul_sn a b : 0 < a -> 0 <= b -> 0 <= a * b. Proof. intros; apply Rmult_le_pos; lra. Qed.
Lemma mul_ns a b : 0 <= a -> 0 < b -> 0 <= a * b. Proof. intros; apply Rmult_le_pos; lra. Qed.
Lemma mul_nn a b : 0 <= a -> 0 <= b -> 0 <= a * b. Proof. apply Rmult_le_pos. Qed.
Lemma add_ss a b : 0 < a -> 0 < b -> 0 < a + b. Proof. lra. Qed.
Lemma add_sn a b : 0 < a -> 0 <= b -> 0 < a + b. Proof. lra. Qed.
Lemma add_ns a b : 0 <= a -> 0 < b -> 0 < a + b. Proof. lra. Qed.
Lemma add_nn a b : 0 <= a -> 0 <= b -> 0 <= a + b. Proof. lra. Qed.
Lemma number_s n : 0 < IZR (Zpos n). Proof. apply IZR_lt. reflexivity. Qed.
Lemma fraction_s n m : 0 < IZR (Zpos n) / IZR (Zpos m).
Proof. apply Rdiv_lt_0_compat; apply number_s. Qed.
Lemma square_n r : 0 <= r * r. Proof. apply Rle_0_sqr. Qed.
Lemma times_e m e : e = 0 -> m * e = 0. Proof. intros ->. ring. Qed.
Lemma add_e a b : a = 0 -> b = 0 -> a + b = 0. Proof. lra. Qed.
Arguments mul_ss {a b}. Arguments mul_sn {a b}. Arguments mul_ns {a b}. Arguments mul_nn {a b}.
Arguments add_ss {a b}. Arguments add_sn {a b}. Arguments add_ns {a b}. Arguments add_nn {a b}.
Arguments times_e m {e}. Arguments add_e {a b}.

(* A line holds if its negation makes a positive sum vanish. *)
Lemma strict_by p : (0 <= - p -> False) -> 0 < p. Proof. intro F. destruct (Rlt_or_le 0 p); lra. Qed.
Lemma weak_by p : (0 < - p -> False) -> 0 <= p. Proof. intro F. destruct (Rle_or_lt 0 p); lra. Qed.
Lemma equal_by p : (0 < p -> False) -> (0 < - p -> False) -> p = 0.
Proof. intros F G. destruct (Rtotal_order 0 p) as [H | [H | H]]; lra. Qed.
Lemma vanishes s z : 0 < s -> z = 0 -> s + z = 0 -> False. Proof. lra. Qed.
Arguments vanishes {s z}.

(* From a statement's difference d to its line's polynomial p, and back, where d times D is c times p. *)
Lemma down_s d D c p : 0 < d -> 0 < D -> 0 < c -> d * D = c * p -> 0 < p.
Proof. intros Hd HD Hc E. apply (Rmult_lt_reg_l c); [exact Hc |]. rewrite <- E, Rmult_0_r. now apply mul_ss. Qed.
Lemma down_n d D c p : 0 <= d -> 0 < D -> 0 < c -> d * D = c * p -> 0 <= p.
Proof. intros Hd HD Hc E. apply (Rmult_le_reg_l c); [exact Hc |]. rewrite <- E, Rmult_0_r. now apply mul_ns. Qed.
Lemma down_e d D c p : d = 0 -> 0 < D -> 0 < c -> d * D = c * p -> p = 0.
Proof. intros -> _ Hc E. rewrite Rmult_0_l in E. symmetry in E. apply Rmult_integral in E. destruct E; lra. Qed.
Lemma up_s d D c p : 0 < p -> 0 < D -> 0 < c -> d * D = c * p -> 0 < d.
Proof. intros Hp HD Hc E. apply (Rmult_lt_reg_r D); [exact HD |]. rewrite E, Rmult_0_l. now apply mul_ss. Qed.
Lemma up_n d D c p : 0 <= p -> 0 < D -> 0 < c -> d * D = c * p -> 0 <= d.
Proof. intros Hp HD Hc E. apply (Rmult_le_reg_r D); [exact HD |]. rewrite E, Rmult_0_l. now apply mul_sn. Qed.
Lemma up_e d D c p : p = 0 -> 0 < D -> 0 < c -> d * D = c * p -> d = 0.
Proof. intros -> HD _ E. rewrite Rmult_0_r in E. apply Rmult_integral in E. destruct E; lra. Qed.

(* What is the larger or the smaller of two, where it is known which that is. *)
Lemma max_first x y : x >= y -> Rmax x y = x. Proof. intro H. apply Rmax_left. lra. Qed.
Lemma max_second x y : y >= x -> Rmax x y = y. Proof. intro H. apply Rmax_right. lra. Qed.
Lemma min_first x y : y >= x -> Rmin x y = x. Proof. intro H. apply Rmin_left. lra. Qed.
Lemma min_second x y : x >= y -> Rmin x y = y. Proof. intro H. apply Rmin_right. lra. Qed.
Lemma same_sqrt x y : x = y -> sqrt x = sqrt y. Proof. now intros ->. Qed.
Lemma same_ln x y : x = y -> ln x = ln y. Proof. now intros ->. Qed.
Lemma same_exp x y : x = y -> exp x = exp y. Proof. now intros ->. Qed.

(* The inverse of a divisor, from what it is made of. *)
Lemma inverse d e : d * e = 1 -> / d = e.
Proof.
  intro E. assert (N : d <> 0) by (intro Z; rewrite Z in E; lra).
  apply (Rmult_eq_reg_l d); [| exact N]. rewrite E. now apply Rinv_r.
Qed.

(* A divisor is other than zero where it is, up to a number and the order of terms, known to be positive. *)
Ltac nonzero := repeat split; let Z := fresh in intro Z; lra.
Ltac identity := first [ring | field; nonzero].

(* All that is used of roots, logarithms and exponentials. *)
Lemma sqrt_facts x : x >= 0 -> sqrt x >= 0 /\ sqrt x * sqrt x = x.
Proof. intro H. split; [apply Rle_ge, sqrt_pos | apply sqrt_sqrt, Rge_le, H]. Qed.
Lemma exp_facts x : exp x > 0 /\ exp x >= x + 1 /\ 1 >= exp x * (1 - x).
Proof.
  assert (P : 0 < exp x) by apply exp_pos.
  assert (A : forall y, 1 + y <= exp y) by apply exp_ineq1_le.
  split; [exact P |]. split; [specialize (A x); lra |].
  specialize (A (- x)). rewrite exp_Ropp in A.
  apply Rle_ge. apply (Rmult_le_reg_l (/ exp x)); [now apply Rinv_0_lt_compat |].
  rewrite <- Rmult_assoc, Rinv_l, Rmult_1_l, Rmult_1_r; lra.
Qed.
Lemma ln_facts x : x > 0 -> x - 1 >= ln x /\ x * ln x >= x - 1.
Proof.
  intro H. destruct (exp_facts (ln x)) as (P & A & B). rewrite (exp_ln x H) in A, B. split; lra.
Qed.

(* Sums over lists: of what each person adds. *)
Fixpoint sum_over {person : Type} (adds : person -> R) (people : list person) : R :=
  match people with
  | [] => 0
  | one :: others => sum_over adds others + adds one
  end.

(* Clients of whatever number: each has a budget, or what it sells, and a cost. *)
Record client := { budget : R; cost : R }.

(* What holds of sums and counts because it holds of everybody. *)
Lemma each_positive {person : Type} (f : person -> R) before me after :
  Forall (fun one => f one > 0) (before ++ me :: after) -> f me > 0.
Proof. intro H. apply Forall_app in H. destruct H as [_ H]. now inversion H. Qed.
Lemma sum_positive {person : Type} (f : person -> R) people :
  Forall (fun one => f one > 0) people -> (1 <= length people)%nat -> sum_over f people > 0.
Proof.
  intros H L. destruct people as [| one others]; [now apply PeanoNat.Nat.nle_succ_0 in L |].
  assert (N : forall rest, Forall (fun one => f one > 0) rest -> sum_over f rest >= 0).
  { induction rest as [| first rest IH]; intro M; cbn [sum_over]; [lra |].
    apply Forall_cons_iff in M. destruct M as [P M]. specialize (IH M). lra. }
  apply Forall_cons_iff in H. destruct H as [P M]. specialize (N others M). cbn [sum_over]. lra.
Qed.
Lemma someone {person : Type} (before after : list person) me : (1 <= length (before ++ me :: after))%nat.
Proof. rewrite app_length. cbn [length]. rewrite PeanoNat.Nat.add_succ_r. apply le_n_S, PeanoNat.Nat.le_0_l. Qed.
Lemma at_least_two {person : Type} (people : list person) : (2 <= length people)%nat -> INR (length people) >= 2.
Proof. intro H. apply le_INR in H. cbn [INR] in H. lra. Qed.
Lemma two_are_some {person : Type} (people : list person) : (2 <= length people)%nat -> (1 <= length people)%nat.
Proof. intro H. apply (PeanoNat.Nat.le_trans _ 2); [apply PeanoNat.Nat.le_succ_diag_r | exact H]. Qed.
