//! Every case of the suite, by group.

/// Instantiates every case of the suite as a test of its own: `conformance!(harness, #[tokio::test])`. The harness is an
/// expression that is evaluated for each case.
#[macro_export]
macro_rules! conformance {
    ($harness:expr, # $runtime:tt) => {
        $crate::conformance_group!(
            $harness,
            $runtime,
            transactions {
                what_was_saved_is_loaded_to_the_last_character,
                what_does_not_exist_is_left_out,
                w1_nothing_of_a_rolled_back_transaction_remains,
                w1_nothing_of_a_dropped_transaction_remains,
                w1_one_row_that_cannot_be_written_sinks_the_whole_save,
                a_transaction_sees_what_it_saved,
                a_commit_in_doubt_is_known_by_its_fact,
                a_commit_in_doubt_is_known_by_the_account_it_made,
                every_inserted_row_has_its_number,
                an_account_is_updated_at_its_version_only,
                a_request_is_updated_at_its_version_only,
                a_support_request_is_updated_at_its_version_only,
                an_update_must_find_its_row,
                w3_same_name_is_one_movement,
                w3_same_uuid_is_one_request,
                r5_one_live_cancellation_of_a_parent,
                g3_one_outbox_entry_for_each_execution,
                w3_answers_are_kept_with_their_effect,
                w3_an_idempotency_key_is_used_once,
                w3_the_same_key_gives_the_same_answer,
                a_request_brings_its_account,
                a_request_brings_its_parent_when_it_is_needed,
                a_request_brings_its_credit_when_it_is_needed,
                several_saves_of_one_transaction_are_committed_together,
                w1_what_was_committed_is_there_when_the_stores_are_opened_again,
            }
        );
        $crate::conformance_group!(
            $harness,
            $runtime,
            posting {
                w1_a_movement_is_written_whole,
                w2_a_failed_row_becomes_the_movement,
                w3_the_same_message_twice_is_one_movement,
                w4_the_chain_of_an_account_is_whole,
                w5_a_log_says_who_and_from_where,
                w6_an_atomic_group_is_written_whole_or_not_at_all,
                w6_the_same_reference_is_one_movement,
                w7_a_batch_gives_what_one_by_one_gives,
                f3_a_cancelled_credit_is_marked,
                f7_a_day_that_ends_leaves_its_closing,
                m1_the_edges_of_the_decimal_are_kept,
                m4_a_sum_beyond_the_edge_is_refused,
                c6_each_change_of_a_limit_is_kept,
                x1_an_expired_credit_is_cancelled_once,
                x3_a_granted_credit_is_cancelled_at_its_expiry,
            }
        );
        $crate::conformance_group!(
            $harness,
            $runtime,
            facts {
                v2_the_chain_of_facts_goes_on_over_commands_and_batches,
                v2_several_facts_of_one_transaction_follow_each_other,
                v2_a_fact_keeps_the_hash_of_the_row_it_is_about,
                v2_a_place_in_a_chain_is_taken_once,
                v2_what_is_not_sealed_is_not_saved,
                facts_of_a_request_and_of_a_support_request,
                events_are_told_in_order,
                events_are_numbered_once_by_many_at_once,
                events_are_kept_for_a_day_and_ten_thousand,
            }
        );
        $crate::conformance_group!(
            $harness,
            $runtime,
            paging {
                every_comment_of_a_support_request_is_reached,
                a_timeline_goes_on_where_its_page_ended,
                the_history_of_a_limit_is_reached_to_its_beginning,
                every_log_of_a_movement_is_reached,
            }
        );
        $crate::conformance_group!(
            $harness,
            $runtime,
            reading {
                a_new_book_is_ready_and_empty,
                requests_are_listed_newest_first_page_by_page,
                requests_are_filtered,
                l6_both_answers_are_kept,
                requests_of_a_time_are_listed_by_creation,
                requests_are_filtered_by_anything_together,
                a_request_tells_what_became_of_its_credit,
                x1_what_is_due_comes_oldest_first,
                x3_granted_credits_are_due_only_when_asked,
                x3_a_held_cancellation_is_due_when_its_credit_is,
                a5_a_text_is_found_whatever_its_case_and_accents,
                a_statement_is_written_out_oldest_first,
                l8_the_figures_of_a_day_are_counted,
            }
        );
        $crate::conformance_group!(
            $harness,
            $runtime,
            accounts {
                accounts_are_listed_and_found_by_name,
                a1_each_change_of_an_account_is_kept,
                a7_a_reference_is_one_account,
                searched_text_is_taken_literally,
                c6_the_limit_of_a_past_day_is_found_behind_any_number_of_changes,
            }
        );
        $crate::conformance_group!(
            $harness,
            $runtime,
            supports {
                supports_are_listed,
                s5_support_requests_are_queued_by_whose_turn_it_is,
                s4_what_continues_a_support_request_is_found,
                comments_of_several_support_requests_come_together,
            }
        );
        $crate::conformance_group!(
            $harness,
            $runtime,
            movements {
                a_movement_is_found_by_its_message,
                movements_of_all_accounts_are_listed,
                w5_the_audit_trail_of_all_accounts_is_listed,
            }
        );
        $crate::conformance_group!(
            $harness,
            $runtime,
            requests {
                requests_are_listed_in_every_order_page_by_page,
                a_page_by_amount_goes_on_from_the_amount_that_was_shown,
                r10_requests_are_listed_by_sale_and_ticket_and_r8_drafts_are_told_apart,
                r10_a_statement_is_filtered_by_the_sale,
                x5_granted_credits_are_listed_and_totalled_until_they_are_cancelled,
                a5_a_request_is_found_by_all_that_is_looked_for_in_it,
                requests_are_counted_and_summed,
                r9_comments_of_a_request_are_paged_with_and_without_the_internal_ones,
                n3_a_pending_fact_brings_the_comment_it_tells_of,
                r8_a_draft_is_kept_edited_and_passed,
            }
        );
        $crate::conformance_group!(
            $harness,
            $runtime,
            statements {
                f7_the_last_closing_before_a_day_is_found,
                a_statement_has_its_balances_and_its_running_balance,
                a_statement_is_cut_by_sequence,
                a_statement_of_a_period_is_filtered,
                a_statement_is_filtered_by_anything_together,
                what_an_older_system_marked_as_deleted_is_in_no_statement,
                a_statement_comes_without_the_payloads_that_nobody_shows,
            }
        );
        $crate::conformance_group!(
            $harness,
            $runtime,
            queues {
                g5_a_claim_leases_and_counts_the_attempt,
                g6_a_leased_job_is_not_claimed_again,
                g6_a_late_worker_changes_nothing,
                g6_a_lease_that_ran_out_is_rescued,
                g9_only_the_oldest_of_an_account_is_due,
                g9_a_retry_holds_back_the_later_ones,
                g1_a_retry_waits_for_its_time,
                a_released_job_is_as_if_never_claimed,
                a_claim_takes_no_more_than_its_limit,
                the_depth_counts_every_status,
                the_depth_is_exact_over_hours,
                the_depth_is_exact_when_clocks_differ,
                g6_claims_at_the_same_time_share_the_jobs,
            }
        );
        $crate::conformance_group!(
            $harness,
            $runtime,
            turns {
                g13_a_backlog_of_one_account_holds_up_no_other,
                g13_accounts_with_a_backlog_take_turns,
                g13_a_recipient_of_many_mails_holds_up_no_other,
                g9_a_replay_waits_for_what_is_on_its_way,
                g11_no_job_waits_for_a_clock_that_was_ahead,
                g11_a_lease_of_a_clock_that_was_ahead_is_over,
                g11_a_lease_of_a_clock_that_was_ahead_holds_back_nothing,
                g11_a_replay_works_whatever_clock_came_before,
                g11_a_clock_that_goes_back_holds_up_nothing_for_long,
                g6_a_claim_that_was_held_up_steals_nothing,
            }
        );
        $crate::conformance_group!(
            $harness,
            $runtime,
            going_on {
                g9_what_ends_leases_the_next_of_its_account,
                g9_who_asks_for_none_gets_none,
                g9_nothing_goes_on_behind_a_retry,
                g6_who_lost_a_lease_gets_no_other,
                g6_what_was_leased_so_is_rescued,
                g9_a_replay_goes_before_what_comes_next,
                a_paused_queue_does_not_go_on,
                g6_workers_who_go_on_share_the_jobs,
                g9_the_order_holds_while_others_claim,
            }
        );
        $crate::conformance_group!(
            $harness,
            $runtime,
            notifications {
                n3_what_was_not_told_is_found_until_it_is,
                n2_a_delivery_is_queued_once,
                n2_facts_told_together_queue_each_delivery_once,
                l8_a_day_is_reported_once_whoever_comes_first,
                n3_a_skipped_delivery_is_recorded_and_not_sent,
                a_delivery_waits_for_its_time,
                n3_in_quiet_hours_what_is_of_low_priority_waits,
                n9_a_notification_says_whose_it_is,
                n3_a_pending_fact_brings_its_rows,
                n3_each_attempt_of_a_delivery_is_kept,
                deliveries_are_filtered,
                alerts_without_a_fact_are_never_merged,
                n5_an_alert_tells_the_book_s_own_error,
                n3_what_failed_or_was_skipped_is_sent_again_by_hand,
            }
        );
        $crate::conformance_group!(
            $harness,
            $runtime,
            subscriptions {
                a_device_is_kept_replaced_and_forgotten,
                n9_of_two_sign_ups_of_an_endpoint_one_wins,
                n9_one_device_too_many_replaces_the_one_longest_unused,
                choices_are_kept_and_taken_back,
                what_was_shown_is_kept_for_each_person,
            }
        );
        $crate::conformance_group!(
            $harness,
            $runtime,
            messaging {
                g3_the_same_key_is_the_same_message,
                g12_a_message_is_kept_whole,
                g12_an_answer_is_kept_whole_with_a_failure,
                g5_every_attempt_of_a_message_is_kept,
                g1_the_alert_is_written_with_the_failure,
                g4_a_failed_message_is_replayed_once,
                g4_a_replay_by_filter_counts_first,
                g9_a_message_says_what_holds_it_back,
                a_failed_message_holds_nothing_back,
                a_paused_queue_leases_nothing,
                g8_the_figures_of_the_dashboard,
                g8_deliveries_are_counted_by_the_minute,
                g8_messages_are_filtered,
                a5_messages_are_found_whatever_case_and_accents,
            }
        );
        $crate::conformance_group!(
            $harness,
            $runtime,
            message_events {
                each_step_of_a_message_is_told_in_order,
                message_events_are_numbered_once_by_many_at_once,
                message_events_are_kept_for_a_day_and_ten_thousand,
                a_reader_that_is_cut_off_misses_no_change_of_a_message,
            }
        );
        $crate::conformance_group!(
            $harness,
            $runtime,
            alerts {
                n5_alerts_wait_for_a_decision_and_go_out_one_by_one,
                alerts_of_an_outage_are_told_in_one_group_and_each_names_it,
                of_two_who_decide_on_the_same_alerts_one_does,
                an_outage_ends_when_messages_are_delivered_again,
                n2_what_waits_for_one_recipient_leaves_in_order,
            }
        );
        $crate::conformance_group!(
            $harness,
            $runtime,
            auditing {
                the_links_of_a_chain_go_on_where_they_stopped,
                a_link_comes_with_everything_that_it_covers,
                a_movement_without_its_link_is_named,
                w2_a_failure_is_a_loose_log_and_a_failed_row,
                a_request_comes_with_what_tells_of_it,
                a_support_request_comes_with_its_comments,
                c6_all_changes_of_a_limit_are_read_oldest_first,
                movements_are_found_by_their_messages_and_uuids,
                seals_are_found_at_their_places,
                v3_every_table_that_only_grows_is_counted,
                v1_a_book_has_no_orphans,
            }
        );
        $crate::conformance_group!(
            $harness,
            $runtime,
            verifying {
                f8_nothing_is_found_after_any_kind_of_command,
                v2_a_request_that_was_changed_by_hand_is_found,
                v2_a_ticket_or_an_account_that_was_changed_by_hand_is_found,
                w4_a_movement_that_was_changed_by_hand_is_found,
                v1_a_row_that_nobody_decided_is_found,
            }
        );
        $crate::conformance_group!(
            $harness,
            $runtime,
            keying {
                w4_a_keyed_book_is_believed_with_its_key_alone,
                w4_a_key_on_a_book_that_no_start_has_sealed_is_a_finding,
                w4_a_start_seals_chains_from_now_on,
                w4_a_sealed_account_takes_nothing_without_the_key,
                w4_what_was_made_without_the_key_does_not_pass,
                w4_what_came_before_the_seal_stays_believed,
                w4_a_past_whose_mark_was_taken_away_is_not_sealed_again,
                w4_keys_are_rotated,
            }
        );
        $crate::conformance_group!(
            $harness,
            $runtime,
            anchoring {
                v3_a_book_that_grew_is_what_its_anchor_says,
                v3_a_book_that_was_rolled_back_is_found,
                v3_a_book_that_was_written_anew_is_found,
                v3_an_anchor_that_was_changed_is_found,
            }
        );
        $crate::conformance_group!(
            $harness,
            $runtime,
            matching { v2_messages_and_book_agree, v2_a_message_unlike_the_book_is_found }
        );
        $crate::conformance_group!(
            $harness,
            $runtime,
            restoring {
                g14_what_messager_does_not_know_is_sent_again,
                g14_what_messager_completed_and_the_book_lost_is_sent_again,
                g14_what_is_under_way_is_left_alone,
            }
        );
        $crate::conformance_group!(
            $harness,
            $runtime,
            racing {
                c4_of_sixty_four_racing_credits_nine_are_written,
                w3_a_message_delivered_many_times_at_once_is_one_movement,
                w3_a_key_used_many_times_at_once_is_one_request,
                f8_a_comment_is_sealed_over_the_request_as_it_is,
                r5_racing_cancellations_of_one_credit_are_one,
                x4_racing_schedulers_expire_a_credit_once,
                w6_transfers_in_both_directions_lose_nothing,
                g4_racing_replays_are_one,
                events_that_commit_late_are_missed_by_nobody,
                a_reader_misses_no_event_of_many_at_once,
                f8_nothing_is_found_while_the_book_is_in_use,
            }
        );
    };
}

/// The cases of one group, in a module of its own.
#[doc(hidden)]
#[macro_export]
macro_rules! conformance_group {
    ($harness:expr, $runtime:tt, $group:ident { $($case:ident),* $(,)? }) => {
        mod $group {
            #[allow(unused_imports)]
            use super::*;
            $(
                # $runtime
                async fn $case() {
                    $crate::testing::$group::$case(&$harness).await;
                }
            )*
        }
    };
}
